"""What Spark did, by its event log: statements, and what tasks read and wrote for each table."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

_SQL = "org.apache.spark.sql.execution.ui.SparkListenerSQLExecution"
_WRITES = re.compile(
    r"(?:create table|insert (?:overwrite|into)(?: table)?)\s+`?(\w+)`?\.`?(\w+)", re.I
)
QUESTIONS = "questions"


@dataclass
class Work:
    """What tasks cost for a table, and what they moved by shuffles.

    `widest_rows` is the most that one task reads by a shuffle.
    """

    tasks: int = 0
    seconds: float = 0
    cpu_seconds: float = 0
    shuffled_bytes: int = 0
    shuffled_rows: int = 0
    spilled_bytes: int = 0
    widest_rows: int = 0

    def add(self, told: dict[str, Any]) -> None:
        """Take in a task, by its metrics."""
        written = told["Shuffle Write Metrics"]
        read = told["Shuffle Read Metrics"]["Total Records Read"]
        self.tasks += 1
        self.seconds += told["Executor Run Time"] / 1e3
        self.cpu_seconds += told["Executor CPU Time"] / 1e9
        self.shuffled_bytes += written["Shuffle Bytes Written"]
        self.shuffled_rows += written["Shuffle Records Written"]
        self.spilled_bytes += told["Disk Bytes Spilled"]
        self.widest_rows = max(self.widest_rows, read)


@dataclass(frozen=True)
class Events:
    """Work by table, questions as one, and wall seconds of a statement in the median."""

    tables: dict[str, Work]
    statements: int
    seconds_with_tasks: float
    seconds_without: float


@dataclass
class _Statement:
    writes: str
    begins: float
    ends: float = 0
    work: Work = field(default_factory=Work)


def read_events(folder: Path) -> Events:
    """What an application has run.

    Args:
        folder: of `spark.eventLog.dir`, neither rolled nor compressed, of one application.
    """
    statements = [it for it in _statements(folder) if it.ends]
    tables = defaultdict[str, Work](Work)
    for it in statements:
        tables[it.writes] = _sum(tables[it.writes], it.work)
    return Events(
        dict(tables),
        len(statements),
        median(it.ends - it.begins for it in statements if it.work.tasks),
        median(it.ends - it.begins for it in statements if not it.work.tasks),
    )


def _statements(folder: Path) -> list[_Statement]:
    [file] = folder.iterdir()
    statements: dict[int, _Statement] = {}
    statement_of: dict[int, int] = {}
    for event in _events(file):
        match event["Event"].removeprefix(_SQL):
            case "Start":
                found = _WRITES.search(event["description"])
                writes = ".".join(found.groups()) if found else QUESTIONS
                statements[event["executionId"]] = _Statement(writes, event["time"] / 1e3)
            case "End":
                statements[event["executionId"]].ends = event["time"] / 1e3
            case "SparkListenerJobStart":
                if (told := event["Properties"].get("spark.sql.execution.id")) is not None:
                    statement_of |= dict.fromkeys(event["Stage IDs"], int(told))
            case "SparkListenerTaskEnd" if "Task Metrics" in event:
                if (stage := event["Stage ID"]) in statement_of:
                    statements[statement_of[stage]].work.add(event["Task Metrics"])
    return list(statements.values())


def _sum(one: Work, other: Work) -> Work:
    added = {name: value + getattr(other, name) for name, value in vars(one).items()}
    return Work(**added | {"widest_rows": max(one.widest_rows, other.widest_rows)})


def _events(file: Path) -> Iterator[dict[str, Any]]:
    wanted = (f'"{_SQL}Start"', f'"{_SQL}End"', '"SparkListenerJobStart"', '"SparkListenerTaskEnd"')
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if any(name in line[:120] for name in wanted):
                yield json.loads(line)
