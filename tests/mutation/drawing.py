"""Mutants of the project, drawn at random and blindly: a seed always gives the same ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.mutation.changes import Change, around, line_of
from tests.mutation.python_changes import python_changes
from tests.mutation.sql_changes import sql_changes

# Files to draw from, and how many of a hundred mutants they get: most go where the rules are.
_SHARES = {
    "dbt_project/models/**/*.sql": 60,
    "dbt_project/macros/**/*.sql": 10,
    "orchestration/**/*.py": 25,
    "expectations/**/*.py": 5,
}
# What draws samples, or shows people what was computed, decides no published number.
_BESIDE_THE_DATA = {
    "sample",
    "reporting",
    "cli.py",
    "days.py",
    "event_log.py",
    "headline.py",
    "progress.py",
    "schedules.py",
    "status.py",
    "terminal.py",
}


@dataclass(frozen=True)
class Mutant:
    """A file with one change in it."""

    file: str
    text: str
    change: Change

    @property
    def mutated(self) -> str:
        return self.change.applied(self.text)

    @property
    def is_sql(self) -> bool:
        return self.file.endswith(".sql")

    def __str__(self) -> str:
        before, after = around(self.text, self.change)
        return f"{self.file}:{line_of(self.text, self.change.start)}  {before}  →  {after}"


@cache
def changes_of(file: Path, text: str) -> list[Change]:
    """All changes of a file whose text is another afterwards and, in Python, still parses."""
    changes = sql_changes(text) if file.suffix == ".sql" else python_changes(text)
    return [change for change in changes if _is_sound(file, text, change)]


def _is_sound(file: Path, text: str, change: Change) -> bool:
    mutated = change.applied(text)
    if mutated == text or file.suffix == ".sql":
        return mutated != text
    try:
        compile(mutated, file.name, "exec")
    except SyntaxError:
        return False
    return True


def drawn(root: Path, seed: int) -> Iterator[Mutant]:
    """Mutants without end: a file, in it an operator, and a place, each with equal chances."""
    chance = Random(seed)
    pools = [_files(root, pattern) for pattern in _SHARES]
    seen: set[Mutant] = set()
    while True:
        (pool,) = chance.choices(pools, weights=list(_SHARES.values()))
        file = chance.choice(pool)
        text = file.read_text(encoding="utf-8")
        changes = changes_of(file, text)
        if not changes:
            continue
        operator = chance.choice(sorted({change.operator for change in changes}))
        fitting = [change for change in changes if change.operator == operator]
        mutant = Mutant(str(file.relative_to(root)), text, chance.choice(fitting))
        if mutant not in seen:
            seen.add(mutant)
            yield mutant


def _files(root: Path, pattern: str) -> list[Path]:
    return [
        file
        for file in sorted(root.glob(pattern))
        if not _BESIDE_THE_DATA & set(file.relative_to(root).parts)
    ]
