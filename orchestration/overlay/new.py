"""Working beginnings of what a company adds, written into its own folder."""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from string import Template
from typing import Literal

import duckdb

from orchestration.code_state import below
from orchestration.contract import source_tables
from orchestration.overlay.errors import OwnFolderError
from orchestration.overlay.registries import read_registry
from orchestration.settings import PROJECT_ROOT

Kind = Literal["metric", "model", "segment", "source"]
_SKELETONS = Path(__file__).parent / "skeletons"


def write_new(own: Path, kind: Kind, name: str) -> list[Path]:
    """Write the files of a skeleton under a name; a registry that is there gets a row more.

    Of a segment type that is a column of customers the row is all there is.

    Args:
        own: the company's folder, which may not exist.
        kind: what it is.
        name: in small letters, digits and _; of a source with its table, as source/table.

    Returns:
        The files that were written, or written to.

    Raises:
        OwnFolderError: the name will not do, or is taken; nothing was written then.
    """
    words = _words(kind, name)
    files = dict(_files(own, _SKELETONS / kind, words))
    if kind == "segment" and name in _columns_of_customers():
        files = {file: content for file, content in files.items() if file.suffix == ".csv"}
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return sorted(files)


def _columns_of_customers() -> set[str]:
    (customers,) = (table for table in source_tables() if table.full_name == "raw_crm.customers")
    return {column.name for column in customers.columns}


def _words(kind: Kind, name: str) -> dict[str, str]:
    """What stands in a skeleton for its names."""
    names = ["source", "table"] if kind == "source" else ["name"]
    parts = name.split("/")
    if len(parts) != len(names) or not all(map(_is_name, parts)):
        wanted = "shops/visits, a source and its table" if kind == "source" else "home_region"
        raise OwnFolderError(
            f"{name} is no name for a {kind}: write it as {wanted}, in small letters, digits and _,"
            " and not as a word of SQL"
        )
    return dict(zip(names, parts, strict=True)) | {"label": _label(parts[-1])}


def _is_name(text: str) -> bool:
    reserved = "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
    is_word_of_sql = (text,) in duckdb.execute(reserved).fetchall()
    return bool(re.fullmatch(r"[a-z][a-z0-9_]*", text)) and not is_word_of_sql


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _files(own: Path, skeleton: Path, words: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for path in below(skeleton):
        if path.is_file():
            name = str(path.relative_to(skeleton).with_suffix(""))  # all end in .template
            file = Path(Template(name).substitute(words))
            content = Template(path.read_text(encoding="utf-8")).substitute(words)
            if file.parts[0] == "seeds":
                yield own / file, _registry(PROJECT_ROOT / file, own / file, content)
            else:
                _require_free(own, file)
                yield own / file, content


def _require_free(own: Path, file: Path) -> None:
    ours = PROJECT_ROOT / "dbt_project" / "models"
    for taken in (own / file, *ours.rglob(file.name), *own.glob(f"models/**/{file.name}")):
        if taken.exists():
            raise OwnFolderError(f"{taken} is there already: choose another name")


def _registry(ours: Path, own: Path, content: str) -> str:
    """A company's registry with a row more, or with that row alone."""
    (row,) = csv.DictReader(StringIO(content))
    first = next(iter(row))
    for file in (ours, own):
        if file.exists() and row[first] in {there[first] for there in read_registry(file)[1]}:
            raise OwnFolderError(f"{file} has {row[first]} already: choose another name")
    if not own.exists():
        return content
    added = StringIO()
    columns, _ = read_registry(own)
    csv.DictWriter(added, columns, extrasaction="ignore", lineterminator="\n").writerow(row)
    return f"{own.read_text(encoding='utf-8').rstrip()}\n{added.getvalue()}"
