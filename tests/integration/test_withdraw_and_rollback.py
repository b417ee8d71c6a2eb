"""What was wrong is taken out of everything, and readers get the publish before it."""

from tests.integration.conftest import Warehouse, land

ANSWERS = "response_id,instrument_id,customer_id,responded_at,score"
SOUND, WRONG = "survey/responses/2026-01-30.csv", "survey/responses/2026-01-31.csv"
TOTAL = """
    select responses, nps from marts.nps_by_segment
    where period_grain = 'all' and segment_type = 'all'
"""


def answers(name: str, score: int) -> str:
    rows = (f"{name}{n},nps_relationship,c{n},2026-01-30,{score}" for n in range(20))
    return "\n".join([ANSWERS, *rows, ""])


def test_a_wrong_file_is_rolled_back_and_withdrawn(warehouse: Warehouse) -> None:
    land(warehouse.landing, SOUND, answers("a", 10))
    warehouse.run()
    land(warehouse.landing, WRONG, answers("b", 0) + "b99,nps_relationship,c1,2026-01-31,ten\n")
    warehouse.run()
    assert warehouse.query(TOTAL) == [(40, 0.0)]
    assert "ten is not a decimal" in warehouse.cx("quarantine").stdout

    rolled_back = warehouse.cx("rollback")
    assert rolled_back.returncode == 0, rolled_back.stdout + rolled_back.stderr
    assert warehouse.query(TOTAL) == [(20, 100.0)]
    ((publish_id,),) = warehouse.query("select distinct publish_id from marts.publish_info")
    assert publish_id in rolled_back.stdout
    [seen] = [line for line in warehouse.cx("status").stdout.splitlines() if "see this" in line]
    assert publish_id in seen
    assert (warehouse.home / "published" / "latest").resolve().name == publish_id

    withdrawn = warehouse.cx("withdraw", str(warehouse.landing / WRONG))
    assert f"{WRONG}: 20 rows, and 1 in quarantine" in withdrawn.stdout
    warehouse.run()
    assert warehouse.query(TOTAL) == [(20, 100.0)]
    assert warehouse.query("select count(*) from marts.fct_survey_responses") == [(20,)]
    assert "No file is refused" in warehouse.cx("quarantine").stdout
    assert warehouse.query_private(
        f"select status, rows_loaded from ledger.files where file = '{WRONG}' order by rowid"
    ) == [("loaded", 20), ("withdrawn", 0)]
