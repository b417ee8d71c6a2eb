"""The state of the code, as one digest: another one may give other tables from the same rows."""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

_ALL = ("orchestration", "expectations", "dbt_project", "seeds")
# What any table or test is made by; the rest is the code of one model, test, registry or gate.
_COMMON = (
    "orchestration",
    "dbt_project/macros",
    "dbt_project/tests/generic",
    "dbt_project/dbt_project.yml",
    "dbt_project/profiles.yml",
)
# What tools leave in the folders of code.
_LEFT = {"__pycache__", "target", "logs"}


def code_digest(project: Path = PROJECT_ROOT) -> str:
    """SHA-256 in hex of code, registries, packages and Python, as they stand now."""
    return _digest(project, _ALL)


def common_code_digest() -> str:
    """The same of that code alone by which all tables and tests are made."""
    return _digest(PROJECT_ROOT, _COMMON)


def _digest(project: Path, parts: Sequence[str]) -> str:
    content = hashlib.sha256()
    for line in (*_code(project, parts), b"", *_packages()):
        content.update(line + b"\0")
    return content.hexdigest()


def _code(project: Path, parts: Sequence[str]) -> Iterator[bytes]:
    for part in parts:
        for path in (project / part, *below(project / part, but=_LEFT)):
            if path.is_file():
                name = os.fsencode(path.relative_to(project))
                yield name + hashlib.sha256(path.read_bytes()).digest()


def _packages() -> Iterator[bytes]:
    """The version of Python, and the names of installed packages with their versions."""
    yield sys.version.encode()
    site_packages = Path(sysconfig.get_path("purelib"))
    yield from sorted(os.fsencode(path.name) for path in site_packages.glob("*.dist-info"))


def below(folder: Path, but: Collection[str] = ()) -> Iterator[Path]:
    """Files and folders below a folder, in an order of their own, but for folders of some names."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders).difference(but))
        yield from (Path(place, name) for name in (*folders, *sorted(files)))
