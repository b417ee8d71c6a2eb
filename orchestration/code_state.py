"""The state of the code, as one digest: another one may give other tables from the same rows."""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Collection, Iterator
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

_CODE = ("orchestration", "expectations", "dbt_project", "seeds")
# What tools leave in the folders of code.
_LEFT = {"__pycache__", "target", "logs"}


def code_digest(project: Path = PROJECT_ROOT) -> str:
    """SHA-256 in hex of code, registries, packages and Python, as they stand now."""
    content = hashlib.sha256()
    for line in (*_code(project), b"", *_packages()):
        content.update(line + b"\0")
    return content.hexdigest()


def _code(project: Path) -> Iterator[bytes]:
    for part in _CODE:
        for path in below(project / part, but=_LEFT):
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
