"""The project that is built where a company has a folder of its own: ours, with theirs over it."""

import csv
import fcntl
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import chain
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import Any

import yaml

from orchestration.code_state import below, is_left_by_tools
from orchestration.overlay.company_settings import FILE_NAME, company_settings
from orchestration.overlay.errors import OwnFolderError
from orchestration.overlay.owners import require_owners
from orchestration.overlay.places import require_places
from orchestration.overlay.registries import merged
from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT, Settings
from orchestration.yaml_text import read_yaml

_DBT = PurePath(DBT_PROJECT_DIR.name)
_METRICS = _DBT / "models" / "metrics"
_SEEDS = PurePath("seeds")
_OF_DBT = ("macros", "models", "tests")
_SPANS = re.compile(r"int_(\w+)_spans")

Files = dict[PurePath, bytes]


def lay_over(settings: Settings) -> None:
    """Write the project with the own folder's files into the home; a file that is as it was stays.

    Raises:
        OwnFolderError: the own folder holds something that cannot be used.
    """
    if not (own := settings.own):
        return
    if own.is_relative_to(settings.project_dir):
        raise OwnFolderError(
            f"CX_OWN is {own}, which is written anew by each run; move it elsewhere"
        )
    files = _laid_over(own)
    with _held(settings.project_dir):
        _write(settings.project_dir, files)


def _laid_over(own: Path) -> Files:
    require_places(own)
    files = _read(PROJECT_ROOT, (str(_DBT), str(_SEEDS)))
    theirs = {_DBT / name: content for name, content in _read(own, _OF_DBT).items()}
    if twice := sorted(files.keys() & theirs.keys()):
        name = twice[0].relative_to(_DBT)
        raise OwnFolderError(
            f"{own / name} has the place of a file of ours: call it, and what it makes, otherwise"
        )
    for name, content in theirs.items():
        _require_text(own / name.relative_to(_DBT), content)
    files |= theirs
    for name, content in _read(own, ("seeds",)).items():
        is_ours = name in files
        files[name] = merged(PROJECT_ROOT / name, own / name).encode() if is_ours else content
    settings = _settings(own, files, [name for name in theirs if name.suffix == ".sql"])
    return files | {_DBT / "dbt_project.yml": settings}


def _require_text(file: Path, content: bytes) -> None:
    """Stop at what is no text, of which dbt would not say where it is."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise OwnFolderError(f"{file} is no text in UTF-8: {error}") from None


def _read(folder: Path, parts: tuple[str, ...]) -> Files:
    return {
        PurePath(path.relative_to(folder)): path.read_bytes()
        for part in parts
        for path in below(folder / part, but=is_left_by_tools)
        if path.is_file()
    }


def _settings(own: Path, files: Files, models: Sequence[PurePath]) -> bytes:
    """The project file with a company's settings, metrics and attributes of customers."""
    project: dict[str, Any] = read_yaml(files[_DBT / "dbt_project.yml"])
    settings = project["vars"]
    theirs = company_settings(own, settings)
    folders = (file.parts[2:-1] for file in files if file.is_relative_to(_DBT / "models"))
    require_owners(own / FILE_NAME, theirs.get("owners", {}), set(chain.from_iterable(folders)))
    settings |= theirs
    settings["metric_families"] += [m.stem for m in models if m.parent == _METRICS]
    settings["segment_spans"] += _derived_attributes(models, files)
    return yaml.safe_dump(project, sort_keys=False, width=1_000).encode()


def _derived_attributes(models: Sequence[PurePath], files: Files) -> Iterator[str]:
    """Attributes of segment types that a model of the company's derives."""
    registry = files[_SEEDS / "segment_types.csv"].decode()
    named = {row["attribute"] for row in csv.DictReader(StringIO(registry))}
    spans = filter(None, (_SPANS.fullmatch(model.stem) for model in models))
    return (found[1] for found in spans if found[1] in named)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep other commands out, which would write the same."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _write(folder: Path, files: Mapping[PurePath, bytes]) -> None:
    for path in list(below(folder)):
        if path.is_file() and path.relative_to(folder) not in files:
            path.unlink(missing_ok=True)
    for name, content in files.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=file.parent, delete=False) as written:
                written.write(content)
            Path(written.name).replace(file)
