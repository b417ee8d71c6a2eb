"""Support, recomputed in Python: the state machine replayed, business minutes by zoneinfo."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.integration.conftest import PROJECT
from tests.recomputation.promises import Minutes, Story

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


def newest(rows: pd.DataFrame, key: str | list[str]) -> pd.DataFrame:
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


WEEK = timedelta(days=7)
POLICIES = {(row["priority"], row["group_name"]): row for row in registry("sla_policies")}


def calendar_minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60


@pytest.fixture(scope="module")
def stories(landed: Ask) -> dict[str, Story]:
    """Each ticket's, up to the newest ticket, reply, solve or event of all."""
    rows = newest(landed("tickets/tickets"), "ticket_id")
    events = newest(landed("tickets/events"), "event_id")
    events["occurred_at"] = instants(events.occurred_at)
    events = events.sort_values(["occurred_at", "event_id"])
    by_ticket = {key: list(group.itertuples()) for key, group in events.groupby("ticket_id")}
    own = [instants(rows[name]) for name in ("created_at", "first_replied_at", "solved_at")]
    until = max(at for at in [*events.occurred_at, *own[0], *own[1], *own[2]] if at)
    return {
        ticket_id: Story(
            created,
            until,
            by_ticket.get(ticket_id, []),
            reply if reply and reply > created else None,
            solve,
        )
        for ticket_id, created, reply, solve in zip(rows.ticket_id, *own, strict=True)
        if created
    }


@pytest.fixture(scope="module")
def promised(
    landed: Ask, tickets: pd.DataFrame, calls: pd.DataFrame, stories: dict[str, Story]
) -> pd.DataFrame:
    """Tickets with the promises that were kept or broken, waits and contacts after their solve."""
    versions = landed("tickets/tickets").fillna("").sort_values("updated_at", kind="stable")
    versions["updated_at"] = instants(versions.updated_at)
    by_ticket = {key: list(rows.itertuples()) for key, rows in versions.groupby("ticket_id")}
    replied = tickets.groupby("month").replies.transform("max") > 0
    rows = []
    for ticket, month_replies in zip(tickets.itertuples(), replied, strict=True):
        story = stories[ticket.ticket_id]
        kept = list(verdicts(story, by_ticket[ticket.ticket_id], month_replies=month_replies))
        waits = [
            calendar_minutes(asked, until) for asked, until, came in story.waits() if came and until
        ]
        again = comes_again(ticket, story, tickets, calls)
        rows.append({"kept": kept, "waits": waits, "again": again})
    return pd.concat([tickets.reset_index(drop=True), pd.DataFrame(rows)], axis=1)


def verdicts(story: Story, versions: list[Any], *, month_replies: bool) -> Any:
    """Whether each promise was kept, of those that were kept or broken."""

    def kept(name: str, start: datetime, end: datetime | None, *, pauses: bool) -> Any:
        at = end or story.until
        version = [v for v in versions if v.updated_at <= at][-1:] or versions[:1]
        priority, group = version[0].priority, version[0].group_name
        policy = POLICIES.get((priority, group)) or POLICIES.get((priority, ""))
        if not policy or not policy[f"{name}_minutes"]:
            return None
        minutes: Minutes = (
            business_minutes if policy["minutes_of"] == "business" else calendar_minutes
        )
        waited = story.ran(start, at, minutes) if pauses else minutes(start, at)
        if waited > int(policy[f"{name}_minutes"]) + 1e-6:
            return False
        return True if end else None

    by_events = story.answers and story.answers != [story.own_reply]
    found = []
    if story.answers or (story.events and month_replies):
        found.append(kept("first_reply", story.created, story.first_reply(), pauses=False))
    if by_events:
        found += [kept("next_reply", *wait[:2], pauses=True) for wait in story.waits()]
    if story.changes:
        solved = [e.occurred_at for e in story.changes if e.new_status == "solved"]
        end = (solved or story.ends)[:1]
        if not end or end[0] >= story.created:
            found.append(kept("solution", story.created, (end or [None])[0], pauses=True))
    return (verdict for verdict in found if verdict is not None)


def is_followed(ticket: Any) -> bool:
    """Whether it was solved, for a customer who may come again."""
    return bool(ticket.solved and ticket.customer_id and ticket.resolution >= 0)


def comes_again(
    ticket: Any, story: Story, tickets: pd.DataFrame, calls: pd.DataFrame
) -> bool | None:
    """Whether the customer of a solved ticket came again within a week; None while that may be."""
    if not is_followed(ticket):
        return None
    solved = ticket.created_at + timedelta(minutes=ticket.resolution)
    if solved + WEEK > story.until:
        return None
    groups = {"", ticket.group_name} if ticket.group_name else set(tickets.group_name)
    mine = tickets[(tickets.customer_id == ticket.customer_id) & tickets.group_name.isin(groups)]
    called = calls[calls.customer_id == ticket.customer_id]
    group = called.ticket_id.map(tickets.set_index("ticket_id").group_name).fillna("")
    follow_ups = tickets[tickets.follow_up_of_ticket_id == ticket.ticket_id]
    contacts = [*mine["at"], *called["at"][group.isin(groups)], *follow_ups["at"]]
    return any(solved < at <= solved + WEEK for at in contacts)


def promise_scores(group: pd.DataFrame) -> dict[str, Any]:
    kept = [verdict for verdicts in group.kept for verdict in verdicts]
    waits = [minutes for waits in group.waits for minutes in waits]
    of_few = (group.kept.str.len() > 0).sum() < LEAST
    mature = group.again.notna()
    touched = mature & group.touches_known
    at_once = touched & group.one_touch & ~group.again.astype("boolean").fillna(value=False)
    repeated = mature & group.again.astype("boolean").fillna(value=False)
    followed = sum(is_followed(ticket) for ticket in group.itertuples())
    is_ripe = mature.sum() >= 0.95 * followed
    return {
        "sla_due": len(kept),
        "sla_met": sum(kept),
        "sla_attainment_rate": np.nan if of_few else np.mean(kept),
        "next_reply_minutes_median": np.median(waits)
        if (group.waits.str.len() > 0).sum() >= LEAST
        else np.nan,
        "solves_mature": mature.sum(),
        "repeat_contacts": repeated.sum(),
        "repeat_contact_rate": share(repeated, mature) if is_ripe else np.nan,
        "first_contacts_known": touched.sum(),
        "first_contacts_resolved": at_once.sum(),
        "first_contact_resolution_rate": share(at_once, touched) if is_ripe else np.nan,
        "tickets_without_customer": (group.customer_id == "").sum(),
    }


def test_promises_waits_and_contacts(published: Ask, promised: pd.DataFrame) -> None:
    types = ("all", "plan", "priority")
    expected = by_segment(
        promised.assign(priority=promised.priority.replace("", "unknown")), types, promise_scores
    )
    assert expected.next_reply_minutes_median.notna().sum() > 20
    assert expected.repeat_contacts.max() > 0 and expected.sla_met.max() < expected.sla_due.max()
    assert_same(rows_of(published, types, "tickets"), expected)


def test_error_of_promises(published: Ask, promised: pd.DataFrame) -> None:
    """That of tickets about the rate, and Wilson's interval of as many as are as sure."""
    found = rows_of(
        published, ("plan",), "metric = 'sla_attainment_rate' and value", "metric_values"
    )
    found = found.loc["all"].reset_index().set_index("segment")
    due = promised.kept.str.len()
    sums = promised.assign(due=due, met=promised.kept.map(sum))[due > 0]
    for plan, group in sums.groupby("plan"):
        n = len(group)
        if n < LEAST:
            continue
        row = found.loc[plan]
        rate = group.met.sum() / group.due.sum()
        squares = ((group.met - rate * group.due) ** 2).sum()
        error = np.sqrt(squares * n / (n - 1)) / group.due.sum()
        as_many = min(rate * (1 - rate) / error**2, group.due.sum())
        assert row.value_se == pytest.approx(error)
        bounds = proportion_confint(rate * as_many, as_many, method="wilson")
        assert (row.ci_low, row.ci_high) == pytest.approx(bounds, abs=1e-8)
    assert sums.plan.nunique() > 2 and sums.due.max() > 2


def test_backlog(published: Ask, tickets: pd.DataFrame, stories: dict[str, Story]) -> None:
    """Who is open at the end of each month, who came and went in it."""
    silent = (tickets.status == "solved") & (tickets.solved_at == "")
    told = [
        story
        for key, story in stories.items()
        if story.changes or key not in set(tickets.ticket_id[silent | (tickets.status == "")])
    ]
    flows = pd.DataFrame([flow for story in told for flow in story.flows], columns=["at", "flow"])
    flows["month"] = flows["at"].dt.tz_localize(None).dt.to_period("M")
    expected = pd.crosstab(flows.month, flows.flow).add_prefix("backlog_")
    expected = expected.reindex(
        pd.period_range(expected.index[0], expected.index[-1]), fill_value=0
    )
    known = told[0].until + timedelta(microseconds=1)
    ends = [min((month + 1).start_time.tz_localize(UTC), known) for month in expected.index]
    statuses = [[(story.open_before(at), at - story.created) for story in told] for at in ends]
    open_then = [[(status, age) for status, age in each if status] for each in statuses]
    ages = [[a / timedelta(hours=1) for s, a in each if s in ("new", "open")] for each in open_then]
    expected["backlog_end"] = [len(each) for each in open_then]
    expected["backlog_waiting"] = expected.backlog_end - [len(each) for each in ages]
    expected["backlog_age_hours_median"] = [enough(pd.Series(each), np.median) for each in ages]
    expected = expected[expected.drop(columns="backlog_age_hours_median").any(axis=1)]
    found = rows_of(published, ("all",), "1").loc["month"].reset_index()
    found = found[found.backlog_end + found.backlog_created + found.backlog_solved > 0]
    assert expected.backlog_age_hours_median.notna().any() and expected.backlog_reopened.any()
    assert found.period_start.tolist() == [str(month.start_time.date()) for month in expected.index]
    assert found[expected.columns].to_numpy(float) == pytest.approx(
        expected.to_numpy(float), abs=1e-5, nan_ok=True
    )


def test_tickets_per_customer(
    published: Ask, tickets: pd.DataFrame, stories: dict[str, Story]
) -> None:
    """Customers of a month are those whom any stage of a customer's life touches in it.

    Who moves from segment to segment within it has tickets in both, and counts in both.
    """
    segments = published(
        """
        select customer_id, segment_type, segment, valid_from,
            coalesce(valid_to, timestamp '9999-01-01') as valid_to
        from marts.dim_customer_segments where segment_type in ('plan', 'lifecycle')
        """
    )
    stages = segments[segments.segment.isin(["new", "active", "at_risk"])]
    stays = stages.assign(segment_type="all", segment="all")
    held = stages[["customer_id", "valid_from", "valid_to"]].merge(segments, on="customer_id")
    held["valid_from"] = held[["valid_from_x", "valid_from_y"]].max(axis=1)
    held["valid_to"] = held[["valid_to_x", "valid_to_y"]].min(axis=1)
    stays = pd.concat([stays, held[held.valid_from < held.valid_to]])
    stays = stays[stays.valid_from <= next(iter(stories.values())).until.replace(tzinfo=None)]
    total = tickets[tickets.customer_id != ""][["customer_id", "at"]]
    total = total.assign(at=total["at"].dt.tz_localize(None), segment_type="all", segment="all")
    named = total[["customer_id", "at"]].merge(segments, on="customer_id")
    named = named[(named["at"] >= named.valid_from) & (named["at"] < named.valid_to)]
    named = pd.concat([total, named])
    created = named.groupby(
        [named["at"].dt.strftime("%Y-%m-01"), named.segment_type, named.segment]
    ).size()
    types = ("all", "plan", "lifecycle")
    found = rows_of(published, types, "tickets").loc["month"].reset_index()
    heads = []
    for row in found.itertuples():
        month = pd.Period(row.period_start, "M")
        there = stays[(stays.valid_to > month.start_time) & (stays.valid_from <= month.end_time)]
        there = there[(there.segment_type == row.segment_type) & (there.segment == row.segment)]
        heads.append(there.customer_id.nunique())
        if min(row.tickets, heads[-1]) >= LEAST:
            key = (row.period_start, row.segment_type, row.segment)
            expected = created.get(key, 0) / heads[-1]
            assert row.tickets_per_customer == pytest.approx(expected)
    assert found.customers_active.tolist() == heads
    assert found[found.segment_type != "all"].tickets_per_customer.notna().any()
    by_type = found.groupby(["segment_type", "period_start"]).customers_active.sum()
    assert (by_type["lifecycle"] > by_type["all"]).any()


def test_time_to_solution(published: Ask, landed: Ask) -> None:
    """Chains of follow-ups walked one by one; Kaplan and Meier's median by lifelines."""
    tickets = published("from marts.fct_tickets where exclusion_reason is null").set_index(
        "ticket_id"
    )
    calls = published(
        "from marts.fct_calls where exclusion_reason is null and not is_short_abandon"
    )
    called_at = calls.groupby("ticket_id").queued_at.min()
    changed_at = pd.to_datetime(landed("tickets/events").occurred_at, errors="coerce")
    known_until = max(changed_at.max(), tickets.fully_resolved_at.max(), tickets.created_at.max())
    chains = defaultdict(list)
    for ticket, origin in tickets.follow_up_of_ticket_id.items():
        root = ticket
        while origin in tickets.index:
            root, origin = origin, tickets.follow_up_of_ticket_id[origin]
        chains[root].append(ticket)
    lives, untold = [], 0
    for chain in chains.values():
        of_chain = tickets.loc[chain]
        is_solved = of_chain.status.isin(["solved", "closed"])
        if of_chain.status.isna().any() or of_chain[is_solved].fully_resolved_at.isna().any():
            untold += 1
            continue
        begun = min(of_chain.created_at.min(), called_at.reindex(chain).min() or pd.NaT)
        ended = of_chain.fully_resolved_at.max() if is_solved.all() else known_until
        hours = (ended - begun) // pd.Timedelta("1h")
        lives.append((begun.strftime("%Y-%m"), hours, is_solved.all()))
    found = published(
        """
        select strftime(period_start, '%Y-%m') as month, * from marts.solutions_by_segment
        where segment_type = 'all' and period_grain in ('month', 'all')
        """
    )
    assert len(found) > 3
    for row in found.itertuples():
        is_all = row.period_grain == "all"
        of_period = [life[1:] for life in lives if is_all or life[0] == row.month]
        assert row.matters == len(of_period)
        assert row.matters_solved == sum(is_solved for _, is_solved in of_period)
        if row.matters >= LEAST:
            fitted = KaplanMeierFitter().fit(*zip(*of_period, strict=True))
            assert row.solution_hours_median == fitted.median_survival_time_
    assert untold > 0
    assert max(len(chain) for chain in chains.values()) > 1
    assert any(called < tickets.created_at[ticket] for ticket, called in called_at.items())
