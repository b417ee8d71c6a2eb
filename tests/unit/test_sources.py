"""How fresh a source is: by what was delivered, and by what happened in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.contract import source_tables
from orchestration.loading.freshness import freshness, newest_event_at, source_states
from orchestration.loading.load import load_table

TABLES = {f"{table.source}/{table.name}": table for table in source_tables()}
NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
YESTERDAY, OF_2014 = NOW - timedelta(days=1), datetime(2014, 3, 31, 12)
TOMORROW, OF_2226 = NOW + timedelta(days=1), datetime(2226, 1, 1)

RESPONSES = "survey/responses", "response_id,instrument_id,responded_at\n{n},nps,{at}\n"
CUSTOMERS = "crm/customers", "customer_id,updated_at\n{n},{at}\n"
FOLLOW_UPS = "crm/follow_ups", "follow_up_id,response_id,contacted_at\n{n},r1,{at}\n"
ITEMS = "orders/items", "order_id,line_number,product_id,quantity,unit_price\n{n},1,p1,1,1\n"


@pytest.mark.parametrize(
    ("landed", "events", "state", "newest"),
    [
        (RESPONSES, [YESTERDAY], "fresh", YESTERDAY),
        (RESPONSES, [OF_2014], "stale_events", OF_2014),
        (RESPONSES, [OF_2014, OF_2226, TOMORROW], "stale_events", OF_2014),
        (RESPONSES, [OF_2226], "stale_events", None),
        (CUSTOMERS, [OF_2014, OF_2014 - timedelta(days=9)], "stale_events", OF_2014),
        (CUSTOMERS, [YESTERDAY, OF_2014], "fresh", YESTERDAY),
        (FOLLOW_UPS, [OF_2014], "stale_events", OF_2014),
        (FOLLOW_UPS, [""], "fresh", None),
        (ITEMS, [OF_2014], "fresh", None),
        (RESPONSES, [], "empty", None),
    ],
)
def test_data_that_lands_today_is_as_fresh_as_its_newest_event(
    landed: tuple[str, str],
    events: list[datetime | str],
    state: str,
    newest: datetime | None,
    tmp_path: Path,
) -> None:
    name, content = landed
    (tmp_path / name).mkdir(parents=True)
    for number, at in enumerate(events):
        (tmp_path / name / f"{number}.csv").write_text(content.format(n=f"k{number}", at=at))
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in source_tables():
            load_table(connection, tmp_path, table)
        states = {found.source_table: found for found in source_states(connection)}
    found = states[TABLES[name].full_name]
    assert (found.freshness, found.newest_event_at) == (state, newest)
    others = {s.freshness for table, s in states.items() if table != TABLES[name].full_name}
    assert others == {"empty"}


def test_a_delivery_that_is_too_old_is_stale_whatever_its_events() -> None:
    days_ago = NOW - timedelta(days=9)
    assert freshness(TABLES["survey/responses"], days_ago, days_ago) == "stale"
    assert freshness(TABLES["survey/responses"], days_ago, OF_2014) == "stale"


def test_every_table_with_a_required_time_says_which_tells_of_its_events() -> None:
    with duckdb.connect() as connection:
        for table in source_tables():
            times = [c.name for c in table.columns if c.data_type == "timestamp" and c.is_required]
            assert table.event_time or not times
            load_table(connection, Path("nowhere"), table)
            assert newest_event_at(connection, table) is None
