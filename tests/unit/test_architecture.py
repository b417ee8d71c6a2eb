"""The page that shows rooms and layers is true of the tree, and imports go down only."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "architecture.md").read_text()
PACKAGES = ("orchestration", "expectations")
Module = tuple[str, ...]
ENTRY = ("orchestration", "__main__")


def named(heading: str, column: int) -> list[list[str]]:
    """Names in backticks in a column of the table under a heading, row by row."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[column] for line in section.splitlines() if line.startswith("| ")]
    return [re.findall(r"`([a-z_]+)`", row) for row in rows[1:]]


FLOORS = named("Rooms of the code", 2)[:-1]  # the ground has no rooms


def room(module: Module) -> str:
    """The folder of a module: one in orchestration, or expectations; the ground has no name."""
    name = module[0] if module[0] == "expectations" else "".join(module[1:2])
    return name if any(name in rooms for rooms in FLOORS) else ""


def floor(module: Module) -> int:
    """How high a module stands; files in orchestration itself lie at the bottom."""
    return next((len(FLOORS) - n for n, rooms in enumerate(FLOORS) if room(module) in rooms), 0)


def modules() -> dict[Module, Path]:
    """Every module of ours with its file."""
    files = [file for package in PACKAGES for file in (PROJECT_ROOT / package).rglob("*.py")]
    return {name_of(file): file for file in files}


def name_of(file: Path) -> Module:
    parts = file.relative_to(PROJECT_ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(file: Path, known: dict[Module, Path]) -> Iterator[tuple[Module, bool]]:
    """Modules of ours that a file imports, and whether it does so as it is loaded."""
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            base = tuple(node.module.split("."))
            named = [(*base, alias.name) for alias in node.names]
            found = [name if name in known else base for name in named]
        elif isinstance(node, ast.Import):
            found = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        yield from ((name, node in tree.body) for name in found if name in known)


def test_rooms_on_the_page_are_those_of_the_tree() -> None:
    folders = {f.parent.name for f in (PROJECT_ROOT / "orchestration").glob("*/__init__.py")}
    told = {name for rooms in FLOORS for name in rooms} - {"expectations"}
    assert told == folders


def test_layers_on_the_page_are_the_folders_of_models() -> None:
    folders = {folder.name for folder in (DBT_PROJECT_DIR / "models").iterdir() if folder.is_dir()}
    _raw, *layers = named("Layers of the data", 1)
    assert {name for names in layers for name in names} == folders


def test_imports_go_down_only() -> None:
    known = modules()
    upward = {
        (".".join(module), ".".join(other))
        for module, file in known.items()
        if module != ENTRY
        for other, _ in imported(file, known)
        if room(module) != room(other) and floor(other) >= floor(module)
    }
    assert upward == set()


def test_no_file_is_in_a_circle_of_imports() -> None:
    known = modules()
    as_loaded = {
        module: {other for other, at_once in imported(file, known) if at_once and other != module}
        for module, file in known.items()
    }
    assert len(list(TopologicalSorter(as_loaded).static_order())) == len(known)
