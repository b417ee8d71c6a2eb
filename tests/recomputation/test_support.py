"""Support, recomputed in Python: the state machine replayed, business minutes by zoneinfo."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest

from tests.integration.conftest import PROJECT

Ask = Callable[[str], pd.DataFrame]
LEAST = 10
PERIODS = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


def registry(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


HOURS = [row for row in registry("business_hours") if row["schedule"] == "default"]
HOLIDAYS = {
    date.fromisoformat(row["holiday"])
    for row in registry("holidays")
    if row["schedule"] == "default"
}


def business_minutes(start: datetime, end: datetime) -> float:
    """Minutes of open hours between two instants in UTC, day by local day."""
    minutes = 0.0
    day = start.date() - timedelta(days=1)
    while day <= end.date() + timedelta(days=1):
        for row in HOURS:
            if int(row["weekday"]) == day.isoweekday() and day not in HOLIDAYS:
                zone = ZoneInfo(row["time_zone"])
                opens, closes = (
                    datetime.combine(day, time.fromisoformat(row[edge]), zone).astimezone(UTC)
                    for edge in ("opens", "closes")
                )
                open_for = min(end, closes) - max(start, opens)
                minutes += max(open_for.total_seconds(), 0) / 60
        day += timedelta(days=1)
    return minutes


def instants(texts: Iterable[str]) -> list[datetime | None]:
    return [datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None for text in texts]


def newest(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The row that counts of each key: the newest version, else the one that landed last.

    What is null is an empty text.
    """
    rows = rows.fillna("")
    if "updated_at" in rows:
        rows = rows.sort_values("updated_at", kind="stable")
    return rows.drop_duplicates(key, keep="last")


def replayed(ticket: Any, events: pd.DataFrame) -> dict[str, Any]:
    """One ticket's measures, event by event; from its own row what no event tells."""
    created = ticket.created_at
    status, since = "new", created
    solved: list[datetime] = []
    closed: list[datetime] = []
    replies: list[datetime] = []
    reopens = 0
    waits = {"requester": [0.0, 0.0], "agent": [0.0, 0.0]}
    for event in events.sort_values(["occurred_at", "event_id"]).itertuples():
        at = event.occurred_at
        if event.event_type == "public_reply" and event.actor_type == "agent" and at > created:
            replies.append(at)
        if not event.new_status:
            continue
        status = event.old_status or status
        party = {"pending": "agent", "solved": None, "closed": None}.get(status, "requester")
        if party:
            start, end = max(since, created), max(at, created)
            waits[party][0] += (end - start).total_seconds() / 60
            waits[party][1] += business_minutes(start, end)
        if status in ("solved", "closed") and event.new_status not in ("solved", "closed"):
            reopens += 1
        {"solved": solved, "closed": closed}.get(event.new_status, []).append(at)
        status, since = event.new_status, at
    told = bool(events.new_status.astype(bool).any())
    own_reply = [at for at in instants([ticket.first_replied_at]) if at and at > created]
    own_solved = [at for at in instants([ticket.solved_at]) if at]
    resolved = (solved or closed)[:1] if told else own_solved
    is_solved = bool(solved) if told else bool(own_solved) or ticket.status == "solved"
    row = {
        "ticket_id": ticket.ticket_id,
        "month": created.strftime("%Y-%m"),
        "replies": len(replies),
        "solved": is_solved,
        "reopens_known": is_solved and told,
        "reopened": is_solved and reopens > 0,
        "touches_told": is_solved and told and (replies or not own_reply),
        "follow_up": bool(ticket.follow_up_of_ticket_id),
    }
    for party, (calendar, business) in waits.items():
        row[f"{party}_wait"] = calendar if told else np.nan
        row[f"{party}_wait_business"] = business if told else np.nan
    for name, at in {"first_reply": replies[:1] or own_reply, "resolution": resolved}.items():
        row[name] = (at[0] - created).total_seconds() / 60 if at else np.nan
        row[f"{name}_business"] = business_minutes(created, at[0]) if at else np.nan
    return row


@pytest.fixture(scope="module")
def plans(landed: Ask) -> pd.DataFrame:
    """Versions of customers with the instant from which each plan holds."""
    versions = landed("crm/customers").drop_duplicates(["customer_id", "updated_at"], keep="last")
    versions["valid_from"] = instants(versions.updated_at)
    versions = versions.sort_values("valid_from")
    first = ~versions.customer_id.duplicated()
    versions.loc[first, "valid_from"] = datetime(1900, 1, 1, tzinfo=UTC)
    versions["plan"] = versions.plan.replace("", None).fillna("unknown")
    return versions[["customer_id", "valid_from", "plan"]].sort_values("valid_from")


def with_plan(events: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """Events, each with the customer's plan at its instant `at`."""
    events = events.sort_values("at")
    for frame, column in ((events, "at"), (plans, "valid_from")):
        frame[column] = pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]")
    joined = pd.merge_asof(
        events, plans, left_on="at", right_on="valid_from", by="customer_id", direction="backward"
    )
    return joined.assign(plan=joined.plan.fillna("unknown"), all="all")


@pytest.fixture(scope="module")
def tickets(landed: Ask, plans: pd.DataFrame) -> pd.DataFrame:
    rows = newest(landed("tickets/tickets"), "ticket_id")
    rows["created_at"] = instants(rows.created_at)
    events = newest(landed("tickets/events"), "event_id")
    events["occurred_at"] = instants(events.occurred_at)
    by_ticket = dict(list(events.groupby("ticket_id")))
    none = events.head(0)
    measured = pd.DataFrame(
        [replayed(ticket, by_ticket.get(ticket.ticket_id, none)) for ticket in rows.itertuples()]
    )
    # Where no ticket of a month has a reply, none is known to have had none.
    replied = measured.groupby("month").replies.transform("max") > 0
    measured["touches_known"] = measured.touches_told.astype(bool) & replied
    measured["one_touch"] = (
        measured.touches_known & ~measured.reopened.astype(bool) & (measured.replies <= 1)
    )
    return with_plan(rows.assign(at=rows.created_at).merge(measured, on="ticket_id"), plans)


@pytest.fixture(scope="module")
def calls(landed: Ask, plans: pd.DataFrame) -> pd.DataFrame:
    """Calls that break no rule of the contract and are no short abandons."""
    rows = newest(landed("tickets/calls"), "call_id")
    rows["at"] = instants(rows.queued_at)
    rows["answered"], rows["ended"] = instants(rows.answered_at), instants(rows.ended_at)
    for column in ("at", "answered", "ended"):
        rows[column] = pd.to_datetime(rows[column], utc=True)
    rows["abandoned"] = rows.answered.isna()
    rows["wait"] = (rows.answered.fillna(rows.ended) - rows["at"]).dt.total_seconds()
    is_sound = (rows.ended >= rows["at"]) & (
        rows.abandoned | ((rows.answered >= rows["at"]) & (rows.answered <= rows.ended))
    )
    rows = rows[is_sound & ~(rows.abandoned & (rows.wait < 5))]
    return with_plan(rows.assign(in_time=~rows.abandoned & (rows.wait <= 20)), plans)


def enough(values: pd.Series, score: Callable[[pd.Series], float]) -> float:
    values = values.dropna()
    return score(values) if len(values) >= LEAST else np.nan


def share(hits: pd.Series, of: pd.Series) -> float:
    return hits.sum() / of.sum() if of.sum() >= LEAST else np.nan


def by_segment(
    events: pd.DataFrame, types: tuple[str, ...], measure: Callable[[pd.DataFrame], dict[str, Any]]
) -> pd.DataFrame:
    """One row for each period and segment that has events."""
    local = events["at"].dt.tz_localize(None)
    starts = {grain: local.dt.to_period(code).dt.start_time for grain, code in PERIODS.items()}
    starts["all"] = pd.Series(pd.NaT, index=events.index)
    rows = []
    for grain, start in starts.items():
        for segment_type in types:
            keys = [start.rename("period_start"), events[segment_type].rename("segment")]
            for (begin, segment), group in events.groupby(keys, dropna=False):
                key = (grain, str(begin.date()) if pd.notna(begin) else None, segment_type, segment)
                rows.append(dict(zip(KEYS, key, strict=True)) | measure(group))
    return pd.DataFrame(rows).set_index(KEYS).sort_index()


KEYS = ["period_grain", "period_start", "segment_type", "segment"]


def ticket_scores(group: pd.DataFrame) -> dict[str, Any]:
    return {
        "tickets": len(group),
        "solved": group.solved.sum(),
        "reopened": group.reopened.sum(),
        "reopens_known": group.reopens_known.sum(),
        "one_touch": group.one_touch.sum(),
        "touches_known": group.touches_known.sum(),
        "reopen_rate": share(group.reopened, group.reopens_known),
        "one_touch_rate": share(group.one_touch, group.touches_known),
        "first_reply_minutes_median": enough(group.first_reply, np.median),
        "first_reply_business_minutes_median": enough(group.first_reply_business, np.median),
        "resolution_minutes_median": enough(group.resolution, np.median),
        "resolution_business_minutes_median": enough(group.resolution_business, np.median),
        "resolution_minutes_p90": enough(group.resolution, lambda x: float(np.quantile(x, 0.9))),
    }


def call_scores(group: pd.DataFrame) -> dict[str, Any]:
    return {
        "calls": len(group),
        "calls_abandoned": group.abandoned.sum(),
        "call_abandon_rate": share(group.abandoned, group.abandoned | True),
        "call_wait_seconds_median": enough(group.wait, np.median),
    }


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert len(expected) > 20
    pd.testing.assert_frame_equal(
        found[expected.columns].astype(float),
        expected.astype(float),
        check_index_type=False,
        rtol=0,
        atol=1e-6,
    )


def rows_of(
    published: Ask, types: tuple[str, ...], count: str, table: str = "support_by_segment"
) -> pd.DataFrame:
    found = published(
        f"""
        select * replace (strftime(period_start, '%Y-%m-%d') as period_start)
        from marts.{table} where segment_type in {types} and {count} > 0
        """
    )
    starts = found.period_start.astype(object)
    found["period_start"] = starts.where(starts.notna(), None)
    return found.set_index(KEYS).sort_index()


def test_tickets_by_period_and_segment(published: Ask, tickets: pd.DataFrame) -> None:
    types = ("all", "plan", "channel")
    assert_same(rows_of(published, types, "tickets"), by_segment(tickets, types, ticket_scores))


def test_a_month_without_reply_events_has_no_one_touch_rate_and_says_why(published: Ask) -> None:
    """All thirty tickets of November were solved and, by events alone, without any reply."""
    found = published(
        """
        select solved, reopen_rate, one_touch_rate, one_touch_status, first_reply_minutes_median
        from marts.support_by_segment
        where period_start = '2025-11-01' and period_grain = 'month' and segment_type = 'all'
        """
    )
    ((solved, reopen_rate, one_touch_rate, status, first_reply),) = found.itertuples(index=False)
    assert (solved, reopen_rate, status, first_reply) == (30, 0, "events_missing", 30)
    assert np.isnan(one_touch_rate)


def test_calls_by_period_and_segment(published: Ask, calls: pd.DataFrame) -> None:
    types = ("all", "plan")
    assert_same(rows_of(published, types, "calls"), by_segment(calls, types, call_scores))


def test_minutes_of_each_ticket(published: Ask, tickets: pd.DataFrame) -> None:
    found = published(
        """
        select ticket_id, first_reply_minutes as first_reply,
            first_reply_business_minutes as first_reply_business,
            first_resolution_minutes as resolution,
            first_resolution_business_minutes as resolution_business,
            requester_wait_minutes as requester_wait,
            requester_wait_business_minutes as requester_wait_business,
            agent_wait_minutes as agent_wait, agent_wait_business_minutes as agent_wait_business
        from marts.fct_tickets
        """
    ).set_index("ticket_id")
    expected = tickets.set_index("ticket_id")[found.columns]
    assert (expected.requester_wait_business > 0).any() and (expected.agent_wait > 0).any()
    assert_same(found.sort_index(), expected.sort_index())


def test_headline_rates(published: Ask, tickets: pd.DataFrame, calls: pd.DataFrame) -> None:
    found = published(
        """
        select metric, value from marts.metric_values
        where period_grain = 'all' and segment_type = 'all'
        """
    ).set_index("metric")["value"]
    assert found["follow_up_ticket_rate"] == pytest.approx(tickets.follow_up.mean())
    assert found["call_service_level_rate"] == pytest.approx(calls.in_time.mean())
    assert found["one_touch_rate"] == pytest.approx(
        tickets.one_touch.sum() / tickets.touches_known.sum()
    )


def test_headline_scores(published: Ask, tickets: pd.DataFrame, calls: pd.DataFrame) -> None:
    """The headline table says what the recomputed scores say, where it says anything."""
    scores = by_segment(tickets, ("all", "plan"), ticket_scores).join(
        by_segment(calls, ("all", "plan"), call_scores), how="outer"
    )
    names = [name for name in scores if name.endswith(("_rate", "_median"))]
    expected = scores[names].rename_axis(columns="metric").stack().dropna()
    found = rows_of(published, ("all", "plan"), "denominator", "metric_values")
    found = found[found.metric.isin(names) & found.is_reportable]
    found = found.set_index("metric", append=True)[["value"]].sort_index()
    assert len(names) == 8
    assert_same(found, expected.rename("value").to_frame().sort_index())


def test_intervals_of_medians(published: Ask, tickets: pd.DataFrame, calls: pd.DataFrame) -> None:
    """Bounds lie at half to double the distance of Campbell and Gardner's ranks from the median."""
    measures = {
        "first_reply_minutes": (tickets, "first_reply"),
        "resolution_business_minutes": (tickets, "resolution_business"),
        "call_wait_seconds": (calls, "wait"),
    }
    for name, (events, measure) in measures.items():
        values = events.rename(columns={measure: "value"})
        bounds = by_segment(values, ("all", "plan"), lambda group: bounds_of(group.value))
        found = rows_of(published, ("all", "plan"), "denominator", "metric_values")
        found = found[(found.metric == f"{name}_median") & found.is_reportable]
        bounds = bounds.loc[found.index]
        assert len(found) > 20
        assert (found.ci_low >= bounds.low_outer - 1e-6).all()
        assert (found.ci_low <= bounds.low_inner + 1e-6).all()
        assert (found.ci_high >= bounds.high_inner - 1e-6).all()
        assert (found.ci_high <= bounds.high_outer + 1e-6).all()
        assert np.allclose(found.value_se, (found.ci_high - found.ci_low) / 3.919928, atol=1e-5)


def bounds_of(values: pd.Series) -> dict[str, float]:
    """Quantiles at half and double the distance of the exact ranks from the median."""
    values = values.dropna()
    n = len(values)
    if n < LEAST:
        return dict.fromkeys(("low_outer", "low_inner", "high_inner", "high_outer"), np.nan)
    distance = ((n + 1) / 2 - (n / 2 - 1.959964 / 2 * np.sqrt(n))) / (n - 1)
    at = {
        "low_outer": max(0.5 - 2 * distance, 0),
        "low_inner": 0.5 - distance / 2,
        "high_inner": 0.5 + distance / 2,
        "high_outer": min(0.5 + 2 * distance, 1),
    }
    return {bound: float(np.quantile(values, fraction)) for bound, fraction in at.items()}
