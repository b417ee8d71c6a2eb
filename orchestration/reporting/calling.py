"""Whom to call, and what calling came to: what the report reads of detractors."""

from datetime import datetime
from typing import NamedTuple

import duckdb

SHOWN = 10


class Share(NamedTuple):
    """A rate with its interval; None where too few stand behind it."""

    value: float | None
    low: float | None
    high: float | None


class Outcome(NamedTuple):
    """A share of the detractors who were contacted, and that of the others."""

    name: str
    contacted: Share
    others: Share


class Waiting(NamedTuple):
    """A detractor who waits for a call."""

    customer: str
    score: float
    instrument: str
    touchpoint: str
    responded_at: datetime
    hours: float
    mrr: float


class Loop(NamedTuple):
    """How far the loop with detractors is closed, of all of time.

    `effect` is in points of the score, beside others with the same first score.
    """

    contacted: Share
    in_time: Share
    closed: Share
    hours_to_contact: float | None
    outcomes: list[Outcome]
    effect: Share
    effect_p: float | None
    waiting: int
    overdue: int
    oldest: list[Waiting]


_OUTCOMES = {
    "answered again": "answered_again_rate",
    "of these, no detractors any more": "rescue_rate",
    "left": "churn_rate",
}


def read_loop(connection: duckdb.DuckDBPyConnection) -> Loop | None:
    """What is known of calling detractors back; None where nobody is one."""
    found = connection.execute(
        """
        from marts.follow_up_by_segment where period_grain = 'all' and segment_type = 'all'
        """
    )
    names = [column[0] for column in found.description or []]
    row = found.fetchone()
    if row is None:
        return None
    told = dict(zip(names, row, strict=True))

    def share(name: str) -> Share:
        return Share(told[name], told[f"{name}_ci_low"], told[f"{name}_ci_high"])

    return Loop(
        contacted=share("follow_up_rate"),
        in_time=share("follow_up_in_time_rate"),
        closed=share("closed_rate"),
        hours_to_contact=told["hours_to_contact_median"],
        outcomes=[
            Outcome(name, share(rate), share(f"{rate}_uncontacted"))
            for name, rate in _OUTCOMES.items()
        ],
        effect=share("effect"),
        effect_p=told["effect_p"],
        waiting=told["waiting"],
        overdue=_overdue(connection),
        oldest=_oldest(connection),
    )


def _overdue(connection: duckdb.DuckDBPyConnection) -> int:
    """How many have waited longer than is aimed at."""
    query = "select count(*) filter (where is_due) from marts.follow_ups_open"
    return int(connection.execute(query).fetchall()[0][0])


def _oldest(connection: duckdb.DuckDBPyConnection) -> list[Waiting]:
    """Those who have waited longest."""
    rows = connection.execute(
        """
        select
            customer_id, score::double, coalesce(instrument_id, ''), coalesce(touchpoint, ''),
            responded_at, hours_waited, mrr
        from marts.follow_ups_open
        order by responded_at, response_id
        limit ?
        """,
        [SHOWN],
    ).fetchall()
    return [Waiting(*row) for row in rows]
