"""The state of the code, as one digest: another one may give other tables from the same rows."""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Settings

_ALL = ("orchestration", "expectations", "dbt_project", "seeds")
# What any table or test is made by; the rest is the code of one model, test, registry or gate.
_COMMON = (
    "orchestration",
    "dbt_project/macros",
    "dbt_project/tests/generic",
    "dbt_project/dbt_project.yml",
    "dbt_project/profiles.yml",
)
# What a company's own folder holds of both; what else is in it is no code.
OWN = ("connectors", "expectations", "macros", "models", "pages", "seeds", "settings.yml", "tests")
_OWN_COMMON = ("macros", "settings.yml", "tests/generic")


def code_digest(project: Path = PROJECT_ROOT) -> str:
    """SHA-256 in hex of code, registries, own folder, packages and Python, as they stand now."""
    return _digest(project, _ALL, OWN)


def common_code_digest() -> str:
    """The same of that code alone by which all tables and tests are made."""
    return _digest(PROJECT_ROOT, _COMMON, _OWN_COMMON)


def own_digest(own: Path) -> str:
    """SHA-256 in hex of what a company's own folder holds."""
    return _sha256(_code(own, OWN))


def _digest(project: Path, parts: Sequence[str], own_parts: Sequence[str]) -> str:
    own = Settings().own
    of_own = _code(own, own_parts) if own else ()
    return _sha256((*_code(project, parts), b"", *of_own, b"", *_packages()))


def _sha256(lines: Iterable[bytes]) -> str:
    content = hashlib.sha256()
    for line in lines:
        content.update(line + b"\0")
    return content.hexdigest()


def _code(folder: Path, parts: Sequence[str]) -> Iterator[bytes]:
    for part in parts:
        for path in (folder / part, *below(folder / part, but=is_left_by_tools)):
            if path.is_file():
                name = os.fsencode(path.relative_to(folder))
                yield name + hashlib.sha256(path.read_bytes()).digest()


def _packages() -> Iterator[bytes]:
    """The version of Python, and the names of installed packages with their versions."""
    yield sys.version.encode()
    site_packages = Path(sysconfig.get_path("purelib"))
    yield from sorted(os.fsencode(path.name) for path in site_packages.glob("*.dist-info"))


def is_left_by_tools(path: Path) -> bool:
    """Whether a path is bytecode, or what dbt leaves in its project."""
    is_of_dbt = path.parent.name == "dbt_project" and path.name in {"target", "logs"}
    return is_of_dbt or path.name == "__pycache__"


def below(folder: Path, but: Callable[[Path], bool] = lambda _: False) -> Iterator[Path]:
    """Files and folders below a folder, in an order of their own, but for some and all in them."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not but(Path(place, name)))
        yield from (Path(place, name) for name in folders)
        yield from (path for name in sorted(files) if not but(path := Path(place, name)))
