"""A fault that loses a row on its way, ours or of DuckDB's readers, keeps its file outside."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contract import source_tables
from orchestration.loading import batch
from orchestration.loading.delivery import CANDIDATES
from orchestration.loading.ledger import create_tables
from orchestration.loading.load import Load, load_table
from orchestration.reading import scans
from orchestration.reading.landing_zone import discover
from orchestration.reading.scans import Scan, scan
from tests.answers import one_answer

TABLE = next(t for t in source_tables() if (t.source, t.name) == ("survey", "responses"))
HEADER = "response_id,instrument_id,responded_at\n"


class LossyLoad(Load):
    """A load on whose way from the file to raw a row gets lost."""

    def lose_a_row(self) -> None:
        query = f"select sql from duckdb_views() where view_name = '{CANDIDATES}'"
        [(sql,)] = self.connection.execute(query).fetchall()
        view = sql.rstrip().rstrip(";").replace("CREATE TEMP VIEW", "CREATE OR REPLACE TEMP VIEW")
        self.connection.execute(f"{view} limit 1")


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    (folder / "survey" / "responses").mkdir(parents=True)
    return folder


def test_a_lost_row_is_noticed_and_raw_keeps_what_it_had(landing: Path) -> None:
    file = landing / "survey" / "responses" / "2026-01-01.csv"
    with duckdb.connect() as connection:
        create_tables(connection, TABLE)
        file.write_text(HEADER + "old,nps,2026-01-01\n")
        Load(connection, TABLE, ()).run(discover(landing, TABLE))
        file.write_text(HEADER + "new1,nps,2026-01-01\nnew2,nps,2026-01-01\n")

        load = LossyLoad(connection, TABLE, ())
        load.lose_a_row()
        load.run(discover(landing, TABLE))

        [message] = load.report().messages
        assert "2 rows in file, 1 loaded, 0 quarantined" in message
        kept = connection.execute("select response_id from raw_survey.responses").fetchall()
        assert kept == [("old",)]


KEPT = "select response_id from raw_survey.responses order by all"


def land(landing: Path, name: str, content: bytes) -> None:
    (landing / "survey" / "responses" / name).write_bytes(content)


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet", "csv.gz"])
def test_a_row_that_a_reader_loses_is_missed(
    format_: str, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(*arguments: Any, **options: Any) -> Scan:
        rows = scan(*arguments, **options)
        sql = f"select * from ({rows.sql}) where c0 <> 'lost' and c2 <> 'lost'"
        return replace(rows, sql=sql)

    with duckdb.connect() as connection:
        land(landing, f"a.{format_}", one_answer(format_, "old"))
        load_table(connection, landing, TABLE)
        monkeypatch.setattr(batch, "scan", lossy)
        land(landing, f"a.{format_}", one_answer(format_, "lost"))
        land(landing, f"b.{format_}", one_answer(format_, "kept"))

        messages = load_table(connection, landing, TABLE).messages

        assert messages == (
            f"survey/responses/a.{format_}: 1 rows are in the file, but 0 were read; send it anew",
        )
        assert connection.execute(KEPT).fetchall() == [("kept",), ("old",)]


def test_a_row_that_a_reader_takes_for_another_files_is_noticed(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swapping(*arguments: Any, **options: Any) -> Scan:
        rows = scan(*arguments, **options)
        sql = "select * replace (if(c0 = 'lost', min(_path) over (), _path) as _path)"
        return replace(rows, sql=f"{sql} from ({rows.sql})")

    with duckdb.connect() as connection:
        land(landing, "a.csv", one_answer("csv", "mine"))
        land(landing, "b.csv", one_answer("csv", "lost"))
        land(landing, "c.csv", one_answer("csv", "kept"))
        monkeypatch.setattr(batch, "scan", swapping)

        messages = load_table(connection, landing, TABLE).messages

        assert messages == (
            "survey/responses/a.csv: 1 rows in file, 2 loaded, 0 quarantined",
            "survey/responses/b.csv: 1 rows in file, 0 loaded, 0 quarantined",
        )
        assert connection.execute(KEPT).fetchall() == [("kept",)]


def test_where_duckdb_misreads_csv_the_records_are_split_without_it(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_csv = scans._scan_csv

    def lossy(*arguments: Any) -> Scan:
        rows = scan_csv(*arguments)
        return replace(rows, sql=f"{rows.sql} limit 1")

    monkeypatch.setattr(scans, "_scan_csv", lossy)
    with duckdb.connect() as connection:
        land(landing, "a.csv", one_answer("csv", "r1") + b"r2,nps,2026-01-02,9\n")
        land(landing, "b.csv", one_answer("csv", "r3"))
        assert load_table(connection, landing, TABLE).messages == ()
        assert connection.execute(KEPT).fetchall() == [("r1",), ("r2",), ("r3",)]
