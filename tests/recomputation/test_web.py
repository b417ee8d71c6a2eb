"""Sessions, carts, self-service and the funnel, in plain Python from the landed events."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from statistics import median
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from statsmodels.duration.survfunc import CumIncidenceRight  # type: ignore[import-untyped]

from tests.recomputation.subscriptions import Subscription
from tests.recomputation.test_support import LEAST, newest, registry

Ask = Callable[[str], pd.DataFrame]
Event = dict[str, Any]
# Instant, place of a stage in the journey, and its name.
Moment = tuple[datetime, int, str]
ORDER = {row["stage"]: int(row["stage_order"]) for row in registry("touchpoints")}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def events(landed: Ask) -> list[Event]:
    rows = newest(landed("web/events"), "event_id").to_dict("records")
    at = {row["event_id"]: datetime.fromisoformat(row["occurred_at"]) for row in rows}
    ordered = sorted(
        rows, key=lambda row: (row["visitor_id"], at[row["event_id"]], row["event_id"])
    )
    return [row | {"at": at[row["event_id"]]} for row in ordered]


def meaning(event: Event) -> list[dict[str, str]]:
    """The rows of the registry that say what the event stands for."""
    return [
        row
        for row in registry("key_events")
        if row["event_type"] == event["event_type"]
        and f"{event['page_path']}/".startswith(row["page_path"] + "/" * bool(row["page_path"]))
    ]


def told(event: Event, flag: str) -> bool:
    """Whether a row of the registry says so of the event."""
    return any(row[flag] == "true" for row in meaning(event))


def cut(events: Iterable[Event]) -> list[list[Event]]:
    """Sessions: the events of a visitor from one gap, day or change of customer to the next."""
    sessions: list[list[Event]] = []
    began, signed_in = datetime.min, ""
    for event in events:
        last = sessions[-1][-1] if sessions else None
        is_new = (
            last is None
            or last["visitor_id"] != event["visitor_id"]
            or event["at"] - last["at"] > HOUR / 2
            or (event["customer_id"] and signed_in and event["customer_id"] != signed_in)
        )
        if is_new:
            began, signed_in = event["at"], ""
        if is_new or (last and (event["at"] - began) // DAY > (last["at"] - began) // DAY):
            sessions.append([])
        signed_in = event["customer_id"] or signed_in
        sessions[-1].append(event)
    return sessions


@pytest.fixture(scope="module")
def sessions(events: list[Event]) -> pd.DataFrame:
    customers: dict[str, set[str]] = defaultdict(set)
    for event in events:
        customers[event["visitor_id"]] |= {event["customer_id"]} - {""}
    rows, seen = [], set()
    for session in cut(events):
        first, visitor = session[0], session[0]["visitor_id"]
        views = [event["page_path"] for event in session if event["event_type"] == "page_view"]
        seconds = (session[-1]["at"] - first["at"]).total_seconds()
        has_key_event = any(told(event, "is_key_event") for event in session)
        own = {event["customer_id"] for event in session} - {""} or customers[visitor]
        devices = [event["device"] for event in session if event["device"]]
        rows.append(
            {
                "session_id": first["event_id"],
                "device": next(iter(devices), ""),
                "visitor_id": visitor,
                "customer_id": next(iter(own)) if len(own) == 1 else "",
                "stage": max(
                    (row["stage"] for event in session for row in meaning(event)),
                    key=ORDER.__getitem__,
                    default="",
                ),
                "exit_page_path": next((path for path in reversed(views) if path), ""),
                "is_bot": any(e["device"] == "bot" for e in session) or len(session) > 300,
                "is_returning": visitor in seen,
                "is_engaged": seconds > 10 or len(views) >= 2 or has_key_event,
                "is_self_service": any(told(event, "is_self_service") for event in session),
                "events": len(session),
                "page_views": len(views),
                "duration_seconds": seconds,
                "started_at": first["at"],
            }
        )
        seen.add(visitor)
    return pd.DataFrame(rows).sort_values("session_id", ignore_index=True)


def test_sessions(published: Ask, sessions: pd.DataFrame) -> None:
    found = published(f"select {', '.join(sessions.columns)} from marts.fct_sessions order by 1")
    texts = ["customer_id", "device", "stage", "exit_page_path"]
    found[texts] = found[texts].fillna("")
    assert len(sessions) > 200
    pd.testing.assert_frame_equal(
        found, sessions, check_dtype=False, check_column_type=False, rtol=0, atol=1e-6
    )


def test_only_who_bought_was_at_purchase(published: Ask, events: list[Event]) -> None:
    bought = {
        session[0]["event_id"]
        for session in cut(events)
        if any(event["event_type"] == "purchase" for event in session)
    }
    found = published("select session_id from marts.fct_sessions where stage = 'purchase'")
    assert len(found) and set(found["session_id"]) <= bought


def test_sessions_as_contacts(published: Ask, sessions: pd.DataFrame) -> None:
    people = sessions[~sessions["is_bot"] & (sessions["customer_id"] != "")]
    expected = people.set_index("session_id")["stage"].replace("", "consideration")
    found = published(
        "select source_id, stage from marts.fct_interactions where kind = 'session' order by 1"
    ).set_index("source_id")["stage"]
    pd.testing.assert_series_equal(found, expected, check_names=False)
    assert found.nunique() > 1


def test_sessions_by_device(published: Ask, sessions: pd.DataFrame) -> None:
    people = sessions[~sessions["is_bot"]]
    expected = people.groupby(people["device"].replace("", "unknown")).agg(
        sessions=("is_bot", "size"), visitors=("visitor_id", "nunique")
    )
    found = published(
        """
        select segment, sessions, visitors from marts.web_by_segment
        where segment_type = 'device' and period_grain = 'all' order by segment
        """
    ).set_index("segment")
    assert len(expected) > 1
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_names=False)


def by_month(rows: Iterable[tuple[datetime, bool]]) -> dict[str, tuple[int, int]]:
    """How many there are in each month, and of how many it is true."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for at, flag in rows:
        counts[f"{at:%Y-%m}"].append(flag)
    return {month: (len(flags), sum(flags)) for month, flags in sorted(counts.items())}


def months(published: Ask, whole: str, part: str, rate: str) -> dict[str, tuple[int, int]]:
    """What is published of all, by month; the rate is theirs, where there is enough of them."""
    found = published(
        f"""
        select strftime(period_start, '%Y-%m') as month, {whole}, {part}, {rate}
        from marts.web_by_segment
        where period_grain = 'month' and segment_type = 'all' and {whole} > 0 order by 1
        """
    )
    for row in found.itertuples(index=False):
        if row[1] >= LEAST:
            assert row[3] == pytest.approx(row[2] / row[1], abs=1e-9)
        else:
            assert pd.isna(row[3])
    return {row[0]: (row[1], row[2]) for row in found.itertuples(index=False)}


def test_bounces_and_medians_by_month(published: Ask, sessions: pd.DataFrame) -> None:
    people = sessions[~sessions.is_bot]
    expected = by_month((row.started_at, row.is_engaged) for row in people.itertuples())
    found = months(published, "sessions", "engaged_sessions", "1 - bounce_rate")
    assert found == expected
    ((seconds, visitors, returning),) = published(
        """
        select session_seconds_median, visitors, returning_visitors from marts.web_by_segment
        where period_grain = 'all' and segment_type = 'all'
        """
    ).itertuples(index=False)
    assert seconds == pytest.approx(median(people.duration_seconds), abs=1e-6)
    assert visitors == people.visitor_id.nunique()
    assert returning == people[people.is_returning].visitor_id.nunique()


def test_carts_by_month(published: Ask, events: list[Event], sessions: pd.DataFrame) -> None:
    bots = set(sessions[sessions.is_bot].visitor_id)
    known_until = max(event["at"] for event in events)
    carts: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event["cart_id"]:
            carts[event["cart_id"]].append(event)
    abandoned, recovered = [], []
    for cart in carts.values():
        adds = [event["at"] for event in cart if event["event_type"] == "add_to_cart"]
        removes = sum(event["event_type"] == "remove_from_cart" for event in cart)
        if removes >= len(adds) or max(adds) + DAY > known_until or cart[0]["visitor_id"] in bots:
            continue
        waits = [
            event["at"] - max(adds)
            for event in cart
            if event["event_type"] == "purchase" and event["at"] >= max(adds)
        ]
        began = min(event["at"] for event in cart)
        is_abandoned = not waits or min(waits) > DAY
        abandoned.append((began, is_abandoned))
        if is_abandoned and max(adds) + 8 * DAY <= known_until:
            recovered.append((began, bool(waits) and min(waits) <= 8 * DAY))
    assert len(abandoned) > 10
    assert months(published, "carts", "carts_abandoned", "cart_abandonment_rate") == by_month(
        abandoned
    )
    assert months(published, "carts_recoverable", "carts_recovered", "cart_recovery_rate") == (
        by_month(recovered)
    )


def test_self_service_by_month(published: Ask, landed: Ask, sessions: pd.DataFrame) -> None:
    tickets = newest(landed("tickets/tickets"), "ticket_id")
    created: dict[str, list[datetime]] = defaultdict(list)
    for ticket in tickets.itertuples():
        created[ticket.customer_id].append(datetime.fromisoformat(ticket.created_at))
    known_until = max(at for ats in created.values() for at in ats)
    helped = []
    for row in sessions[~sessions.is_bot & sessions.is_self_service].itertuples():
        until = row.started_at + timedelta(seconds=row.duration_seconds) + 7 * DAY
        if row.customer_id and until <= known_until:
            asked = any(row.started_at <= at <= until for at in created[row.customer_id])
            helped.append((row.started_at, not asked))
    assert len(helped) > 20
    assert months(published, "self_service_sessions", "self_served", "self_service_rate") == (
        by_month(helped)
    )


def test_first_value_by_segment(
    published: Ask,
    landed: Ask,
    subscribers: dict[str, list[Subscription]],
    events: list[Event],
    sessions: pd.DataFrame,
) -> None:
    """Aalen and Johansen's estimate by statsmodels, which knows no time 0: all a day later."""
    people = sessions[~sessions.is_bot].set_index("session_id")
    reached: dict[str, datetime] = {}
    for session in cut(events):
        for event in session:
            if told(event, "is_first_value") and session[0]["event_id"] in people.index:
                customer = people.customer_id[session[0]["event_id"]]
                reached[customer] = min(event["at"], reached.get(customer, datetime.max))
    seen_until = (people.started_at + pd.to_timedelta(people.duration_seconds, unit="s")).max()
    rows = newest(landed("crm/customers"), "customer_id")
    days, outcomes = [], []
    for customer, begun in zip(rows.customer_id, pd.to_datetime(rows.signed_up_at), strict=True):
        if not people.started_at.min() <= begun <= seen_until:
            continue
        ends = {
            1: reached.get(customer, datetime.max),
            2: left_at(subscribers.get(customer, []), begun),
            0: min(seen_until, begun + 91 * DAY),
        }
        outcome = min(ends, key=lambda each: (ends[each], each == 0, each))
        outcomes.append(outcome)
        days.append(max((ends[outcome] - begun) // DAY, 0))
    expected = CumIncidenceRight(np.array(days) + 1, np.array(outcomes))
    actual = published("from marts.first_value_by_segment where segment = 'all' order by days")
    assert actual.at_risk.tolist() == [sum(d >= day for d in days) for day in actual.days]
    shown = actual[actual.is_reportable]
    at = np.searchsorted(expected.times, shown.days + 1, side="right") - 1
    np.testing.assert_allclose(shown.first_value_rate, expected.cinc[0][at], atol=1e-8)
    np.testing.assert_allclose(shown.first_value_rate_se, expected.cinc_se[0][at], atol=1e-8)
    assert {0, 1, 2} == set(outcomes)
    assert len(shown) > 60


def left_at(subscriptions: list[Subscription], begun: datetime) -> datetime:
    """When, after signing up, nothing was held any more for the first time."""
    held = [(s.versions[-1].started_at, s.ended_at or datetime.max) for s in subscriptions]
    ends = [
        end
        for _, end in held
        if end > begun and not any(start <= end < other for start, other in held)
    ]
    return min(ends, default=datetime.max)


FUNNEL = ("consideration", "purchase", "onboarding", "use", "advocacy")
WINDOW = 90 * DAY


@pytest.fixture(scope="module")
def contacts(
    published: Ask, events: list[Event], sessions: pd.DataFrame
) -> dict[str, list[Moment]]:
    """Instants of each customer, with the order and name of the stage that they were at."""
    moments: dict[str, list[Moment]] = defaultdict(list)
    for row in published("from marts.fct_interactions where stage is not null").itertuples():
        if row.kind != "session" or pd.notna(row.touchpoint):
            moments[row.customer_id].append((row.occurred_at, row.stage_order, row.stage))
    people = sessions[~sessions.is_bot].set_index("session_id").customer_id
    for session in cut(events):
        customer = people.get(session[0]["event_id"])
        for event in session if customer else []:
            stages = {row["stage"] for row in meaning(event)} - {""}
            if stages:
                stage = max(stages, key=ORDER.__getitem__)
                moments[customer].append((event["at"], ORDER[stage], stage))
    return {customer: sorted(of_customer) for customer, of_customer in moments.items()}


def chain(moments: list[Moment]) -> list[int]:
    """Places of the stages of the funnel, each the first after the one before it."""
    places: list[int] = []
    for stage in FUNNEL:
        after = places[-1] + 1 if places else 0
        found = [n for n, moment in enumerate(moments) if n >= after and moment[2] == stage]
        if not found:
            break
        places.append(found[0])
    return places


def direct_steps(moments: list[Moment], places: list[int]) -> int:
    """How many steps of a chain come before the first that another stage parts."""
    for step in range(1, len(places)):
        if {moment[2] for moment in moments[places[step - 1] : places[step]]} != {FUNNEL[step - 1]}:
            return step
    return len(places)


def test_funnel(published: Ask, contacts: dict[str, list[Moment]]) -> None:
    (known_until,) = published("select max(occurred_at) from marts.fct_interactions").iloc[0]
    counts: Counter[tuple[str, str]] = Counter()
    days: dict[str, list[tuple[int, bool]]] = {stage: [] for stage in FUNNEL}
    for moments in contacts.values():
        places = chain(moments)
        reached_at = [moments[place][0] for place in places]
        for stage, begun, ended in zip_longest(FUNNEL, reached_at, reached_at[1:]):
            if begun and stage != FUNNEL[-1]:
                open_days = max((known_until - begun) // DAY, 0)
                days[stage].append(((ended - begun) // DAY, True) if ended else (open_days, False))
        if not places or reached_at[0] + WINDOW > known_until:
            counts["pending", FUNNEL[0]] += bool(places)
            continue
        in_time = sum(at <= reached_at[0] + WINDOW for at in reached_at)
        counts.update(("entered", stage) for stage in FUNNEL[:in_time])
        direct = min(in_time, direct_steps(moments, places))
        counts.update(("directly", stage) for stage in FUNNEL[:direct])
        counts.update(
            ("visited", stage)
            for stage in {moment[2] for moment in moments if moment[0] <= reached_at[0] + WINDOW}
        )
    found = published(
        """
        from marts.journey_by_segment
        where segment_type = 'all' and period_grain = 'all' order by stage_order
        """
    ).set_index("stage")
    assert found.index.tolist() == list(FUNNEL)
    assert set(found.customers_pending) == {counts["pending", FUNNEL[0]]}
    for stage in FUNNEL:
        assert found.customers_entered[stage] == counts["entered", stage]
        assert found.customers_entered_directly[stage] == counts["directly", stage], stage
        assert found.customers_visited[stage] == counts["visited", stage]
    for stage, following in pairwise(FUNNEL):
        assert found.customers_reached_next[stage] == counts["entered", following]
        if len(days[stage]) >= LEAST:
            fitted = KaplanMeierFitter().fit(*zip(*days[stage], strict=True))
            median_days = fitted.median_survival_time_
            assert found.days_to_next_median.fillna(np.inf)[stage] == median_days
    assert counts["entered", "use"] > 0 and found.days_to_next_median.notna().any()
