"""What a dbt invocation found: whether it succeeded, and keys of rows that fail a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dbt.artifacts.schemas.run import RunResult

from orchestration.building.dbt import DbtError

SAMPLES = 5
# What a test calls the column in which it says itself what is wrong with a row.
SENTENCE = "sentence"


@dataclass(frozen=True)
class Failing:
    """Keys of some rows that fail a test, and what the test itself says of them, if anything."""

    keys: list[str]
    sentence: str = ""


def require_success(results: Sequence[RunResult]) -> None:
    """Take an invocation as failed if a node broke off, or a test failed that is no warning.

    Raises:
        DbtError: with what dbt says of those that broke off, or else of the tests that failed.
    """
    said = {
        status: [str(result.message) for result in results if result.status == status]
        for status in ("error", "fail")
    }
    if failures := said["error"] or said["fail"]:
        raise DbtError("\n".join(failures))


class Asked(Protocol):
    """What answers queries: a connection of DuckDB, or a cursor of Spark."""

    @property
    def description(self) -> Any:
        """Columns of the answer, the name of each first."""

    def execute(self, query: str) -> Any:
        """Ask."""

    def fetchall(self) -> list[Any]:
        """The rows of the answer."""


def failing(asked: Asked, query: str) -> Failing:
    """Some of the rows that a test finds, by its query.

    Of a row only the first column is taken, which is its key; others may be personal.
    """
    asked.execute(f"select * from ({query}\n) limit {SAMPLES}")
    is_sentence = asked.description[0][0] == SENTENCE
    keys = [str(key) for key, *_ in asked.fetchall()]
    return Failing(keys, "; ".join(keys) if is_sentence else "")


def query_of(result: RunResult) -> str:
    """The query of a test that ran."""
    return str(result.node.to_dict()["compiled_code"])
