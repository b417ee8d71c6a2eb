"""What was wrong is taken out of everything, and readers get the publish before it."""

from pathlib import Path

from tests.integration.conftest import Warehouse, land
from tests.integration.slim import LANDED, slim_project

ANSWERS = "response_id,instrument_id,customer_id,responded_at,score"
SOUND, WRONG = "survey/responses/2026-01-30.csv", "survey/responses/2026-01-31.csv"
ANSWERED = f"select landed_rows from marts.{LANDED} where source_table = 'raw_survey.responses'"


def answers(name: str, score: int) -> str:
    rows = (f"{name}{n},nps_relationship,c{n},2026-01-30,{score}" for n in range(20))
    return "\n".join([ANSWERS, *rows, ""])


def test_a_wrong_file_is_rolled_back_and_withdrawn(tmp_path: Path) -> None:
    project = slim_project(tmp_path / "project")
    warehouse = Warehouse(tmp_path / "home", tmp_path / "landing", project)
    land(warehouse.landing, SOUND, answers("a", 10))
    warehouse.run()
    sound = warehouse.tables()
    land(warehouse.landing, WRONG, answers("b", 0) + "b99,nps_relationship,c1,2026-01-31,ten\n")
    warehouse.run()
    assert warehouse.query(ANSWERED) == [(40,)]
    assert "ten is not a decimal" in warehouse.cx("quarantine").stdout

    rolled_back = warehouse.cx("rollback")
    assert rolled_back.returncode == 0, rolled_back.stdout + rolled_back.stderr
    assert warehouse.tables() == sound
    ((publish_id,),) = warehouse.query("select distinct publish_id from marts.publish_info")
    assert publish_id in rolled_back.stdout
    [seen] = [line for line in warehouse.cx("status").stdout.splitlines() if "see this" in line]
    assert publish_id in seen
    assert (warehouse.home / "published" / "latest").resolve().name == publish_id

    withdrawn = warehouse.cx("withdraw", str(warehouse.landing / WRONG))
    assert f"{WRONG}: 20 rows, and 1 in quarantine" in withdrawn.stdout
    warehouse.run()
    assert warehouse.tables() == sound
    assert "No file is refused" in warehouse.cx("quarantine").stdout
    assert warehouse.query_private(
        f"select status, rows_loaded from ledger.files where file = '{WRONG}' order by rowid"
    ) == [("loaded", 20), ("withdrawn", 0)]
