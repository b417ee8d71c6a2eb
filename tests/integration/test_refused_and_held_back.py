"""What is refused or held back is named, and the rest of a delivery is published."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import PROJECT, Warehouse, land
from tests.integration.slim import LANDED, slim_project

ANSWERS = "response_id,instrument_id,customer_id,responded_at,score"


@pytest.fixture
def slim(tmp_path: Path) -> Warehouse:
    """An empty home and landing zone, with hollow marts and the suites of raw tables."""
    project = slim_project(tmp_path / "project")
    suites = Path("expectations", "raw")
    shutil.copytree(PROJECT / suites, project / suites, dirs_exist_ok=True)
    return Warehouse(tmp_path / "home", tmp_path / "landing", project)


def test_what_cannot_be_read_is_named_and_stops_nothing_else(slim: Warehouse) -> None:
    land(slim.landing, "survey/respones/2026-01-31.csv", f"{ANSWERS}\n")
    land(slim.landing, "survey/responses/2026-01-30.csv", "id,score\n1,9\n")
    land(
        slim.landing,
        "survey/responses/2026-01-31.csv",
        f"{ANSWERS}\nr1,csat,c1,2026-01-31,4\nr2,csat,c1,never,4\n",
    )
    land(
        slim.landing,
        "survey/responses/2026-01-31.jsonl",
        '{"response_id": "r3", "instrument_id": "csat", "responded_at": "2026-01-31"}\n{oops\n',
    )
    duckdb.sql(
        f"""
        copy (
            from (values ('r4', '2026-01-31'), (null, '2026-01-31'))
            as answers(response_id, responded_at) select *, 'csat' as instrument_id
        ) to '{slim.landing}/survey/responses/2026-01-31.parquet' (format parquet)
        """
    )
    printed = slim.run()
    assert "survey/responses/2026-01-30.csv: the key column response_id is missing" in printed
    assert "Nothing reads the folder survey/respones" in printed
    assert "3 rows quarantined" in printed
    assert slim.query_private(
        "select file, rule from quarantine.survey__responses order by all"
    ) == [
        ("survey/responses/2026-01-31.csv", "type"),
        ("survey/responses/2026-01-31.jsonl", "malformed"),
        ("survey/responses/2026-01-31.parquet", "missing"),
    ]
    assert slim.query_private("select response_id from raw_survey.responses order by all") == [
        ("r1",),
        ("r3",),
        ("r4",),
    ]


def test_a_delivery_that_fails_the_gate_is_held_back_and_the_others_publish(
    slim: Warehouse,
) -> None:
    header = "subscription_id,updated_at,customer_id,mrr,currency,status,started_at\n"
    corrected = "crm/subscriptions/2026-06-30.csv"
    land(slim.landing, corrected, header + "s1,2026-06-30,c1,10,USD,active,2026-06-01\n")
    land(slim.landing, "survey/responses/2026-06-30.csv", f"{ANSWERS}\nold,nps,,2026-06-30,9\n")
    slim.run()
    landed = dict(slim.query(f"select source_table, landed_hash from marts.{LANDED}"))
    mistaken = "s1,2026-06-30,c1,9999999999999.99,USD,active,2026-06-01\n"
    land(slim.landing, corrected, header + mistaken)
    land(slim.landing, "survey/responses/2026-07-01.csv", f"{ANSWERS}\nnew,nps,,2026-07-01,9\n")
    printed = slim.run()

    assert "raw_crm.subscriptions, mrr_in_range: 1 rows fail" in printed
    assert f"{corrected}: held back: mrr_in_range: 1 rows fail" in printed
    info = "from marts.publish_info where files_outside > 0"
    assert slim.query(f"select source_table, files_outside {info}") == [
        ("raw_crm.subscriptions", 1)
    ]
    held_back = dict(slim.query(f"select source_table, landed_hash from marts.{LANDED}"))
    changed = {table for table in landed if held_back[table] != landed[table]}
    assert changed == {"raw_survey.responses"}

    land(slim.landing, corrected, header + "s1,2026-06-30,c1,20,USD,active,2026-06-01\n")
    assert "held back" not in slim.run()
    assert slim.query_private("select mrr from raw_crm.subscriptions") == [(20,)]


def test_what_the_gate_holds_back_is_named_and_the_rest_is_published(slim: Warehouse) -> None:
    land(
        slim.landing,
        "orders/orders/2024-01-01.csv",
        "order_id,updated_at,status,currency,ordered_at,total_amount\n"
        "o1,2024-01-01,completed,USD,2024-01-01,9000000000000000\n",
    )
    land(slim.landing, "orders/items/2024-01-01.csv", "price\n1\n")
    calls = "call_id,queued_at,ended_at\nk1,1.1.2024,2024-01-01\nk2,2.1.2024,2024-01-02\n"
    land(slim.landing, "tickets/calls/2024-01-01.csv", calls)
    answers = "response_id,instrument_id,responded_at\nr1,nps,2024-01-01\nr2,nps,1.1.2024\n"
    land(slim.landing, "survey/responses/2024-01-01.csv", answers)
    printed = slim.run()
    lines = printed.splitlines()
    warned = [line for line in lines if line.startswith("Warning: ")]
    assert [line for line in warned if "raw_orders.orders, total_amount_in_range: 1 rows" in line]
    [held] = [line for line in warned if "raw_orders.orders, every_file_is_accepted" in line]
    assert "orders/orders/2024-01-01.csv: held back: total_amount_in_range" in held
    [refused] = [line for line in warned if "raw_orders.items" in line]
    assert "orders/items/2024-01-01.csv: the key column order_id is missing" in refused
    [whole] = [line for line in warned if "raw_tickets.calls, every_file_is_accepted" in line]
    file = "tickets/calls/2024-01-01.csv"
    assert f"{file}: held back: 2 of its 2 rows are refused, 2 of them by the rule type" in whole
    [rows] = [line for line in warned if "raw_survey.responses, every_row_is_accepted" in line]
    file = "survey/responses/2024-01-01.csv"
    assert f"1 rows stand in quarantine; {file}: 1 rows by the rule type" in rows
    is_anonymous = "raw_survey.responses, customer_id_is_mostly_present"
    [anonymous] = [line for line in warned if is_anonymous in line]
    assert "The rows are in" in anonymous and "orrect the" not in anonymous
    outside = slim.query(
        """
        select source_table, files_outside, rows_quarantined from marts.publish_info
        where files_outside > 0 or rows_quarantined > 0 order by all
        """
    )
    quarantined = slim.query(
        """
        select table_name, failed_rows, sampled_keys from marts.data_quality
        where check_name = 'every_row_is_accepted' and not passed order by all
        """
    )
    assert outside == [
        ("raw_orders.items", 1, 0),
        ("raw_orders.orders", 1, 0),
        ("raw_survey.responses", 0, 1),
        ("raw_tickets.calls", 1, 2),
    ]
    assert quarantined == [
        ("raw_survey.responses", 1, ["survey/responses/2024-01-01.csv"]),
        ("raw_tickets.calls", 2, ["tickets/calls/2024-01-01.csv"]),
    ]
    assert "Traceback" not in printed
    log = re.search(r"Log +(\S+)", printed)
    assert log and "total_amount_in_range" in Path(log[1]).read_text()

    shown = slim.cx("status").stdout
    assert "success" in shown
    assert re.search(r"raw_orders\.orders, total_amount_in_range +│ warns +│ 1 rows fail", shown)
    assert re.search(r"raw_orders\.items, every_file_is_accepted +│ warns +│ orders/items", shown)
    assert re.search(r"raw_orders\.orders +│ +0 │", shown)
    listed = slim.cx("quarantine").stdout
    assert re.search(r"orders/orders/2024-01-01\.csv +│ held +│", listed)
    assert re.search(r"orders/items/2024-01-01\.csv +│ refused +│", listed)
