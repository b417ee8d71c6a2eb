"""What goes wrong in deliveries, in known numbers."""

import csv
import json
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path

import duckdb

from orchestration.sample.scope import ENDS_ON
from orchestration.sample.truth import Dirt

_NEXT_LANDING = f"least(last_day(landed_on + 1), date '{ENDS_ON}') as landed_on"
_OTHER_VARIANT = "if(variant = 'control', 'treatment', 'control') as variant"


@dataclass(frozen=True)
class _Copies:
    """Rows of a table to copy: how many, by which key they are picked, what the copies change.

    The key is unique: between rows that share it the threads would decide.
    """

    path: str
    key: str
    rows: int
    changes: str
    view_on: str | None = None

    @property
    def table(self) -> str:
        """The table to copy in: where the path names a view, the one under it."""
        return self.view_on or self.path.replace("/", ".")


_UNKNOWN_CUSTOMER = (
    _Copies(
        "survey/responses",
        "response_id",
        3,
        "'odd-orphan-' || response_id as response_id, 'C-gone' as customer_id",
    ),
    _Copies(
        "tickets/tickets",
        "ticket_id || updated_at",
        3,
        "'odd-orphan-' || ticket_id as ticket_id, 'C-gone' as customer_id",
    ),
)
_UNREGISTERED_INSTRUMENT = (
    _Copies(
        "survey/responses",
        "response_id",
        4,
        "'odd-unregistered-' || response_id as response_id, 'nps_forgotten' as instrument_id",
    ),
)
_OFF_SCALE = (
    _Copies(
        "survey/responses",
        "response_id",
        4,
        "'odd-scale-' || response_id as response_id, 99 as score",
    ),
)
_SECOND_VARIANT = (
    _Copies(
        "experiments/assignments",
        "customer_id",
        3,
        f"{_OTHER_VARIANT}, later(assigned_at, 86400) as assigned_at, {_NEXT_LANDING}",
    ),
)
_REPEATED = (
    _Copies("crm/customers", "customer_id || updated_at", 5, _NEXT_LANDING),
    _Copies("crm/subscriptions", "subscription_id || updated_at", 5, _NEXT_LANDING),
    _Copies("orders/orders", "order_id || updated_at", 5, _NEXT_LANDING),
    _Copies("tickets/tickets", "ticket_id || updated_at", 5, _NEXT_LANDING),
    _Copies("orders/items", "order_id || '-' || line_number", 5, _NEXT_LANDING),
    _Copies("survey/responses", "response_id", 5, _NEXT_LANDING),
    _Copies("tickets/events", "event_id", 5, _NEXT_LANDING),
    # Of a session that is sent again, the first event.
    _Copies(
        "web/events",
        "'W' || session",
        5,
        f"{_NEXT_LANDING}, 1 as events, false as comes_back",
        "sim.sessions",
    ),
)
# The instant that decides, but for lateness, with which month a row lands.
_INSTANT = {
    "crm/customers": "updated_at",
    "orders/orders": "updated_at",
    "survey/responses": "responded_at",
    "tickets/events": "occurred_at",
    "voice/mentions": "posted_at",
}

# A row that a loader would take, and what is changed about it so that it must refuse it.
_SOUND: dict[str, dict[str, str | None]] = {
    "crm/subscriptions": {
        "subscription_id": "S-broken",
        "updated_at": "2026-06-30 12:00:00",
        "customer_id": "C1",
        "mrr": "29.00",
        "currency": "USD",
        "status": "active",
        "started_at": "2026-06-30 12:00:00",
    },
    "survey/responses": {
        "response_id": "R-broken",
        "instrument_id": "nps_relationship",
        "customer_id": "C1",
        "responded_at": "2026-06-30 12:00:00",
        "score": "9",
    },
    "tickets/calls": {
        "call_id": "broken",
        "queued_at": "2026-06-30 12:00:00",
        "answered_at": "2026-06-30 12:00:20",
        "ended_at": "2026-06-30 12:05:00",
    },
    "voice/reviews": {
        "review_id": "R-broken",
        "platform": "shop",
        "rating": "5",
        "rating_max": "5",
        "published_at": "2026-06-30 12:00:00",
    },
}
_FAULTS: dict[str, list[dict[str, str | None]]] = {
    "crm/subscriptions": [
        {"mrr": "twelve"},
        {"subscription_id": None},
        {"customer_id": None},
        {"ended_at": "2026-06-01 00:00:00"},
        {"status": "dormant"},
    ],
    "survey/responses": [
        {"score": "ten"},
        {"responded_at": "yesterday"},
        {"response_id": None},
        {"instrument_id": None},
    ],
    "tickets/calls": [
        {"ended_at": "2026-06-30 11:00:00", "answered_at": None},
        {"answered_at": "2026-06-30 13:00:00"},
    ],
    "voice/reviews": [{"rating": "6"}, {"rating": "five"}],
}


def plant(connection: duckdb.DuckDBPyConnection) -> Dirt:
    """Add dirty rows to the built tables; those to quarantine come with `append_broken`."""
    return Dirt(
        quarantined={path: len(faults) for path, faults in _FAULTS.items()},
        unknown_customer=_copy(connection, _UNKNOWN_CUSTOMER),
        unregistered_instrument=_copy(connection, _UNREGISTERED_INSTRUMENT),
        off_scale=_copy(connection, _OFF_SCALE),
        second_variant=_copy(connection, _SECOND_VARIANT),
        repeated=_copy(connection, _REPEATED),
        late={path: _late_rows(connection, path, instant) for path, instant in _INSTANT.items()},
    )


def append_broken(out: Path) -> None:
    """Append the rows to quarantine to the newest file of their table."""
    for path, faults in _FAULTS.items():
        rows = [_SOUND[path] | fault for fault in faults]
        newest = max((out / path).iterdir())
        append = _append_csv if newest.suffix == ".csv" else _append_jsonl
        append(newest, rows)


def _copy(connection: duckdb.DuckDBPyConnection, copies: tuple[_Copies, ...]) -> dict[str, int]:
    """Copy rows that are not themselves such copies, and say how many by table."""
    return {copy.path: _copy_rows(connection, copy) for copy in copies}


def _copy_rows(connection: duckdb.DuckDBPyConnection, copy: _Copies) -> int:
    return _count(
        connection,
        f"""
        insert into {copy.table}
        select * replace ({copy.changes}) from {copy.table}
        where landed_on < date '{ENDS_ON}' and {copy.key} not like 'odd-%'
        order by u($changes, {copy.key}) limit {copy.rows}
        """,
        {"changes": copy.changes},
    )


def _late_rows(connection: duckdb.DuckDBPyConnection, path: str, instant: str) -> int:
    table = path.replace("/", ".")
    query = f"select count(*) from {table} where landed_on > last_day({instant})"
    return _count(connection, query, {})


def _count(connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, str]) -> int:
    (count,) = connection.execute(query, values).fetchall()[0]
    return int(count)


def _append_csv(file: Path, rows: list[dict[str, str | None]]) -> None:
    with file.open("r+", encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
        stream.seek(0, SEEK_END)
        csv.DictWriter(stream, columns, lineterminator="\n").writerows(rows)


def _append_jsonl(file: Path, rows: list[dict[str, str | None]]) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
