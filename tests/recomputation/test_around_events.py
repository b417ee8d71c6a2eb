"""Contacts and scores around events, event by event in plain Python, with SciPy's tests.

Renewals stand apart: their terms are recomputed in test_churn.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar  # type: ignore[import-untyped]

from tests.recomputation.subscriptions import Subscription
from tests.recomputation.test_support import newest

Ask = Callable[[str], pd.DataFrame]
WINDOWS = (30, 90)
LEAST = 10
POINTS = {"positive": 100, "passive": 0, "negative": -100}
CONTACTS = ("ticket", "call")


class Event(NamedTuple):
    """Something that befell a customer, and the ticket that it is about."""

    at: datetime
    ticket: str | None = None


class Window(NamedTuple):
    """An event that counts, with where its windows begin and end."""

    event: Event
    begins: datetime
    ends: datetime


Events = dict[str, dict[str, list[Event]]]


@pytest.fixture(scope="module")
def events(published: Ask, landed: Ask) -> Events:
    """Events of each kind by customer, in order of time."""
    found: Events = defaultdict(lambda: defaultdict(list))
    calls = published("select call_id, ticket_id from marts.fct_calls").set_index("call_id")
    answers = published("select response_id, ticket_id from marts.fct_survey_responses")
    asked_about = answers.set_index("response_id").ticket_id.dropna()
    follow_ups = newest(landed("crm/follow_ups"), "follow_up_id")
    answered = follow_ups.set_index("follow_up_id").response_id
    contacts = published("from marts.fct_interactions where kind not in ('answer', 'session')")
    for row in contacts.itertuples():
        ticket = {
            "ticket": row.source_id,
            "call": calls.ticket_id.get(row.source_id),
            "follow_up": asked_about.get(answered.get(row.source_id)),
        }.get(row.kind)
        found[row.kind][row.customer_id].append(Event(row.occurred_at, ticket))
    for row in newest(landed("orders/orders"), "order_id").itertuples():
        ordered, promised, delivered, updated = pd.to_datetime(
            [row.ordered_at, row.promised_at, row.delivered_at, row.updated_at]
        )
        if delivered > promised:
            found["late_delivery"][row.customer_id].append(Event(max(promised, ordered)))
        if row.status == "returned":
            at = ordered if float(row.total_amount) < 0 else updated
            found["return"][row.customer_id].append(Event(at))
    tickets = published("from marts.fct_tickets where customer_id is not null")
    asked = tickets.set_index("ticket_id")
    changes = newest(landed("tickets/events"), "event_id")
    changes = changes[changes.new_status != ""].sort_values(["occurred_at", "event_id"])
    for ticket, steps in changes.groupby("ticket_id"):
        before = "new"
        for step in steps.itertuples():
            was_solved = (step.old_status or before) in ("solved", "closed")
            if was_solved and step.new_status not in ("solved", "closed") and ticket in asked.index:
                at = max(pd.Timestamp(step.occurred_at), asked.created_at[ticket])
                found["reopen"][asked.customer_id[ticket]].append(Event(at, ticket))
            before = step.new_status
    return {
        kind: {who: sorted(of_them, key=lambda e: e.at) for who, of_them in by_customer.items()}
        for kind, by_customer in found.items()
    }


def departures(subscriptions: Iterable[Subscription]) -> list[datetime]:
    """Instants from which a customer has no subscription until the next one, if ever."""
    held = sorted((s.versions[-1].started_at, s.ended_at or datetime.max) for s in subscriptions)
    left, until = [], datetime.min
    for (_, ended), following in zip(held, [*held[1:], (datetime.max, None)], strict=True):
        until = max(until, ended)
        if until < following[0]:
            left.append(until)
    return left


def windows_of(
    events: list[Event], days: int, left: list[datetime], known_until: datetime
) -> list[Window]:
    """Windows of a customer's events of one kind that count."""
    length = timedelta(days=days)
    single = [next(same) for _, same in groupby(events, key=lambda event: event.at)]
    found = []
    for before, event, after in zip([None, *single], single, [*single[1:], None], strict=False):
        is_first = not before or before.at < event.at - length
        if is_first and event.at + length <= known_until:
            ends = [event.at + length, *(at for at in left if at > event.at)]
            ends += [after.at] if after else []
            found.append(Window(event, event.at - length, min(ends)))
    return found


@pytest.fixture(scope="module")
def windows(
    events: Events, subscribers: dict[str, list[Subscription]], published: Ask
) -> dict[tuple[str, int], dict[str, list[Window]]]:
    """Windows of each kind and length by customer."""
    known_until = published("select max(occurred_at) as at from marts.fct_interactions")["at"][0]
    left = {who: departures(of_them) for who, of_them in subscribers.items()}
    return {
        (kind, days): {
            who: windows_of(of_them, days, left.get(who, []), known_until)
            for who, of_them in by_customer.items()
        }
        for kind, by_customer in events.items()
        for days in WINDOWS
    }


def test_contacts(
    published: Ask, events: Events, windows: dict[tuple[str, int], dict[str, list[Window]]]
) -> None:
    first_seen = published("from marts.dim_customers").set_index("customer_id").first_seen_at
    contacts: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    kinds: dict[str | None, set[str]] = defaultdict(set)
    for kind in CONTACTS:
        for who, of_kind in events[kind].items():
            contacts[who] += [(kind, event) for event in of_kind]
            for event in of_kind:
                kinds[event.ticket].add(kind)
    known_from = min(event.at for of_one in contacts.values() for _, event in of_one)
    found = published("from marts.around_events where segment_type = 'all'")
    found = found.set_index(["anchor", "window_days"])
    for (anchor, days), by_customer in windows.items():
        counts, total = [0, 0], timedelta()
        for who, of_them in by_customer.items():
            for window in of_them:
                at = window.event.at
                begins = max(window.begins, first_seen[who], known_from)
                length = max(min(at - begins, window.ends - at), timedelta())
                total += length
                for kind, contact in contacts[who]:
                    is_both = anchor in CONTACTS and len(kinds[contact.ticket]) > 1
                    is_own = contact.ticket and contact.ticket == window.event.ticket
                    is_near = timedelta() < abs(contact.at - at) <= length
                    if (
                        kind != anchor
                        and is_near
                        and not is_own
                        and not (is_both and contact.ticket)
                    ):
                        counts[contact.at > at] += 1
        row = found.loc[anchor, days]
        assert row.events == sum(map(len, by_customer.values())), (anchor, days)
        assert row.customers == sum(map(bool, by_customer.values()))
        assert [row.contacts_before, row.contacts_after] == counts, (anchor, days)
        assert row.customer_days == pytest.approx(total / timedelta(days=1), abs=1e-6)
        if row.is_reportable and sum(counts):
            before, after = counts
            tested = stats.binomtest(after, before + after).proportion_ci(method="exact")
            assert row.contact_rate_ratio_ci_low == pytest.approx(odds(tested.low), abs=1e-8)
            high = row.contact_rate_ratio_ci_high
            assert (high if pd.notna(high) else math.inf) == pytest.approx(odds(tested.high))
            tails = stats.binom.cdf(min(counts), before + after, 0.5)
            assert row.contact_rate_ratio_p == pytest.approx(min(1, 2 * tails), abs=1e-8)
    assert found.is_reportable.sum() >= 10


def odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def pairs_of_answers(published: Ask, metric: str) -> dict[str, list[Any]]:
    """Pairs of a customer's answers to an instrument that follow each other, by customer."""
    answers = published(
        f"""
        from marts.fct_survey_responses
        where metric = '{metric}' and is_scored and ticket_id is null and order_id is null
            and customer_id is not null
        order by responded_at
        """
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for (who, _), of_them in answers.groupby(["customer_id", "instrument_id"]):
        found[who] += pairwise(of_them.itertuples())
    return found


def anchored_pairs(pairs: dict[str, list[Any]], by_customer: dict[str, list[Window]]) -> list[Any]:
    """Pairs that an event is between, each answer in one of its windows."""
    return [
        pair
        for who, of_them in by_customer.items()
        for window in of_them
        for pair in pairs[who]
        if window.begins <= pair[0].responded_at < window.event.at
        and window.event.at < pair[1].responded_at <= window.ends
    ]


def change(pair: Any) -> int:
    return POINTS[pair[1].answer_band] - POINTS[pair[0].answer_band]


def stratum(pair: Any) -> tuple[float, str]:
    return float(pair[0].score), pair[0].responded_at.strftime("%Y-%m")


def test_scores(
    published: Ask, events: Events, windows: dict[tuple[str, int], dict[str, list[Window]]]
) -> None:
    pairs = pairs_of_answers(published, "nps")
    found = published("from marts.around_events where segment_type = 'all'")
    found = found.set_index(["anchor", "window_days"])
    tested = 0
    for (anchor, days), by_customer in windows.items():
        length = timedelta(days=days)
        anchored = anchored_pairs(pairs, by_customer)
        row = found.loc[anchor, days]
        assert row.nps_pairs == (len(anchored) if len(anchored) >= LEAST else 0), (anchor, days)
        if len(anchored) < LEAST:
            continue
        before, after = (
            np.array([POINTS[pair[place].answer_band] for pair in anchored]) for place in (0, 1)
        )
        assert [row.nps_before, row.nps_after] == pytest.approx([before.mean(), after.mean()])
        test = stats.ttest_rel(after, before)
        interval = test.confidence_interval()
        assert row.change == pytest.approx((after - before).mean())
        assert row.change_p == pytest.approx(test.pvalue, abs=1e-7)
        assert [row.change_ci_low, row.change_ci_high] == pytest.approx(interval, abs=0.01)
        free: dict[Any, list[int]] = defaultdict(list)
        for who, of_them in pairs.items():
            for pair in of_them:
                first, second = pair[0].responded_at, pair[1].responded_at
                at = [event.at for event in events[anchor].get(who, [])]
                if second <= first + 2 * length and not any(
                    first - length <= instant <= second for instant in at
                ):
                    free[stratum(pair)].append(change(pair))
        matched = [pair for pair in anchored if stratum(pair) in free]
        assert row.nps_pairs_matched == len(matched)
        if len(matched) >= LEAST:
            expected = [float(np.mean(free[stratum(pair)])) for pair in matched]
            excess = np.array([change(pair) for pair in matched]) - expected
            assert row.change_expected == pytest.approx(np.mean(expected))
            assert row.effect == pytest.approx(excess.mean())
            assert row.effect_ci_high - row.effect == pytest.approx(width(matched, excess, free))
            tested += 1
    assert tested


def test_satisfaction(
    published: Ask, windows: dict[tuple[str, int], dict[str, list[Window]]]
) -> None:
    pairs = pairs_of_answers(published, "csat")
    found = published("from marts.around_events where segment_type = 'all'")
    found = found.set_index(["anchor", "window_days"])
    tested = 0
    for place, by_customer in windows.items():
        anchored = anchored_pairs(pairs, by_customer)
        row = found.loc[place]
        assert row.csat_pairs == (len(anchored) if len(anchored) >= LEAST else 0)
        if len(anchored) >= LEAST:
            satisfied = [[answer.answer_band == "positive" for answer in pair] for pair in anchored]
            assert [row.csat_before, row.csat_after] == pytest.approx(np.mean(satisfied, axis=0))
            table = [[satisfied.count([x, y]) for y in (True, False)] for x in (True, False)]
            differ = table[0][1] + table[1][0]
            test = mcnemar(table, exact=differ < 25, correction=True)
            assert row.csat_change_p == pytest.approx(test.pvalue, abs=1e-8)
            tested += 1
    assert tested


def width(matched: list[Any], excess: Any, free: dict[Any, list[int]]) -> float:
    """Half an interval of a mean excess: its own error, and that of the means it is beyond."""
    counts = pd.Series([stratum(pair) for pair in matched]).value_counts()
    squares = sum(len(free[at]) * np.var(free[at]) for at in counts.index)
    freedom = sum(len(free[at]) - 1 for at in counts.index)
    weights = sum(n**2 / len(free[at]) for at, n in counts.items())
    own = excess.var(ddof=1) / len(matched)
    error = math.sqrt(own + squares / freedom * weights / len(matched) ** 2)
    return float(stats.t.ppf(0.975, len(matched) - 1) * error)
