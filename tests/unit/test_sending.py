"""A table goes to Spark by months of landing, and a month that is there as it is not again."""

from pathlib import Path

import duckdb
import pytest

from orchestration.building.sending import write_parts

TABLE = "raw_survey.responses"
ROWS = f"""
create schema raw_survey;
create table {TABLE} as
select
    response_id,
    timestamp '2026-01-31 12:00:00.000001' as responded_at,
    'a.csv' as _file,
    1 as _line,
    _landing_date,
    timestamp '2026-06-30' as _loaded_at,
    hash(response_id) as _row_hash
from (values
    ('a', date '2026-05-31'), ('b', date '2026-06-01'), ('c', date '2026-06-30'), ('d', null)
) as landed(response_id, _landing_date)
"""


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(ROWS)
    return connection


def sent(folder: Path) -> dict[str, list[str]]:
    """Response ids of each file that Spark reads."""
    return {
        file.name: [
            row[0] for row in duckdb.sql(f"select response_id from '{file}' order by 1").fetchall()
        ]
        for file in folder.glob("[!_]*")
    }


def test_a_file_has_a_month_and_one_the_columns(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_parts(warehouse, TABLE, tmp_path, "first")
    months = {name.split("_")[0]: ids for name, ids in sent(tmp_path).items()}
    assert months == {"columns": [], "2026-05": ["a"], "2026-06": ["b", "c"], "undated": ["d"]}
    kinds = duckdb.sql(f"describe from '{tmp_path}/2026-06*.parquet'").fetchall()
    assert {name: kind for name, kind, *_ in kinds} == {
        "response_id": "VARCHAR",
        "responded_at": "TIMESTAMP WITH TIME ZONE",
        "_file": "VARCHAR",
        "_line": "INTEGER",
        "_landing_date": "DATE",
        "_loaded_at": "TIMESTAMP WITH TIME ZONE",
        "_row_hash": "DECIMAL(38,0)",
    }


@pytest.mark.parametrize(
    ("change", "months"),
    [
        ("update raw_survey.responses set _row_hash = 1 where response_id = 'b'", {"2026-06"}),
        ("update raw_survey.responses set _file = 'b.csv' where response_id = 'd'", {"undated"}),
        (
            "update raw_survey.responses set _landing_date = '2026-07-01' where response_id = 'a'",
            {"2026-07"},
        ),
        ("delete from raw_survey.responses where response_id = 'a'", set()),
        ("truncate raw_survey.responses", set()),
        (
            "alter table raw_survey.responses add column score integer",
            {"columns", "2026-05", "2026-06", "undated"},
        ),
    ],
)
def test_only_months_that_changed_are_written_again(
    change: str, months: set[str], warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_parts(warehouse, TABLE, tmp_path, "first")
    before = sent(tmp_path)
    warehouse.execute(change)
    write_parts(warehouse, TABLE, tmp_path, "second")
    after = sent(tmp_path)
    assert {name.split("_")[0] for name in after.keys() - before.keys()} == months
    everything = warehouse.execute(f"select response_id from {TABLE} order by 1").fetchall()
    assert sorted(one for ids in after.values() for one in ids) == [one for (one,) in everything]


def test_what_a_killed_run_left_is_written_anew(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_parts(warehouse, TABLE, tmp_path, "first")
    before = sent(tmp_path)
    [mark] = tmp_path.glob("_*")
    mark.unlink()
    next(tmp_path.glob("2026-06*")).rename(tmp_path / "_2026-06_half.parquet")
    (tmp_path / "2026-05_0123456789abcdef.parquet").write_bytes(b"of another state")
    write_parts(warehouse, TABLE, tmp_path, "first")
    assert sent(tmp_path) == before
    assert [file.name for file in tmp_path.glob("_*")] == [mark.name]


def test_a_write_that_broke_off_is_not_taken_for_the_state_before(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """As when a run is killed while it sends, and what had landed is withdrawn."""
    write_parts(warehouse, TABLE, tmp_path, "first")
    before = sent(tmp_path)
    warehouse.execute(
        f"""
        alter table {TABLE} rename to kept;
        create view {TABLE} as
        select * from raw_survey.kept union all by name
        select * replace (error('the disk is full') as response_id, 2 as _line) from raw_survey.kept
        """
    )
    with pytest.raises(duckdb.Error):
        write_parts(warehouse, TABLE, tmp_path, "second")
    assert [file for file in tmp_path.glob("_*") if not file.suffix] == []
    warehouse.execute(f"drop view {TABLE}; alter table raw_survey.kept rename to responses")
    write_parts(warehouse, TABLE, tmp_path, "first")
    assert sent(tmp_path) == before
