"""A fault of ours that loses a row on its way undoes the whole load of its file."""

from pathlib import Path

import duckdb
import pytest

from orchestration.contract import source_tables
from orchestration.delivery import CANDIDATES
from orchestration.landing import discover
from orchestration.ledger import create_tables
from orchestration.loading import Load

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
