"""What Spark's event log tells, and how the page tells what grows from size to size."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost
from benchmarks.spark import BySpark, Size
from benchmarks.spark_events import Events, Work, read_events
from benchmarks.spark_page import page

_SQL = "org.apache.spark.sql.execution.ui.SparkListenerSQLExecution"


def begins(number: int, at: int, text: str) -> dict[str, Any]:
    return {"Event": f"{_SQL}Start", "executionId": number, "description": text, "time": at}


def ends(number: int, at: int) -> dict[str, Any]:
    return {"Event": f"{_SQL}End", "executionId": number, "time": at}


def job(number: int | None, *stages: int) -> dict[str, Any]:
    told = {} if number is None else {"spark.sql.execution.id": str(number)}
    return {"Event": "SparkListenerJobStart", "Stage IDs": stages, "Properties": told}


def task(stage: int, read: int, written: int, written_bytes: int) -> dict[str, Any]:
    metrics = {
        "Executor Run Time": 1_500,
        "Executor CPU Time": 500_000_000,
        "Disk Bytes Spilled": 1,
        "Shuffle Read Metrics": {"Total Records Read": read},
        "Shuffle Write Metrics": {
            "Shuffle Bytes Written": written_bytes,
            "Shuffle Records Written": written,
        },
    }
    return {"Event": "SparkListenerTaskEnd", "Stage ID": stage, "Task Metrics": metrics}


def test_tasks_are_of_the_table_that_their_statement_writes(tmp_path: Path) -> None:
    events = [
        {"Event": "SparkListenerLogStart"},
        begins(0, 1_000, "create or replace view staging.v as select 1"),
        ends(0, 1_250),
        begins(1, 2_000, "\n  create table marts.nps\n  using parquet as select 1"),
        job(1, 10, 11),
        task(10, 0, 7, 70),
        task(10, 0, 3, 30),
        task(11, 10, 0, 0),
        ends(1, 4_000),
        begins(2, 5_000, "insert overwrite table `marts`.`nps` partition (m) select 1"),
        job(2, 12),
        task(12, 4, 0, 0),
        ends(2, 6_000),
        begins(3, 7_000, "select count(*) from marts.nps"),
        job(3, 13),
        task(13, 2, 0, 0),
        ends(3, 7_500),
        job(None, 14),
        task(14, 99, 99, 99),
        {"Event": "SparkListenerTaskEnd", "Stage ID": 13},
        begins(4, 9_000, "create table marts.half as select 1"),
    ]
    (tmp_path / "app").write_text("\n".join(map(json.dumps, events)))
    assert read_events(tmp_path) == Events(
        tables={
            "marts.nps": Work(4, 6.0, 2.0, 100, 10, 4, 10),
            "questions": Work(1, 1.5, 0.5, 0, 0, 1, 2),
        },
        statements=4,
        seconds_with_tasks=1.0,
        seconds_without=0.25,
    )


def test_a_table_that_pairs_all_with_all_has_an_exponent_of_two() -> None:
    def size(customers: int, rows: int, paired: int, workers: int = 2) -> Size:
        works = {
            "marts.pairs": Work(shuffled_bytes=paired * 1_000_000, widest_rows=rows),
            "marts.few": Work(shuffled_bytes=5_000_000, widest_rows=20),
        }
        built = BySpark(Cost(20, 60, 0), 400, 80, Events(works, 50, 0.25, 0.01))
        return Size(customers, rows, "here", Cost(10, 12, 0), {workers: built})

    sizes = [size(300, 1_000, 3), size(3_000, 10_000, 300), size(3_000, 10_000, 299, workers=1)]
    shown = page(json.loads(json.dumps(list(map(asdict, sizes)))))
    assert "| Spark, workers: 2 | 60 | 500 | 20 | 400 | 80 | 50 |\n" in shown
    again = page(json.loads(json.dumps(list(map(asdict, [*sizes, sizes[1]])))))
    assert again.endswith(shown[shown.index("## What grows") :])
    assert "| Spark, workers: 1 | 60 | 500 | 20 | 400 | 80 | 50 |\n" in shown
    assert "| statements | 50 | 50 | 0.00 |\n" in shown
    assert "| marts.pairs | 300 | 2.00 | 10,000 | 1.00 |\n" in shown
    assert "| marts.few | 5 | 0.00 | 20 | 0.00 |\n" in shown
