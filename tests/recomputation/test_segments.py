"""Segments as of each event, told from the landing files customer by customer."""

from collections.abc import Callable
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest

from tests.recomputation.subscriptions import subscriptions_by_customer

Ask = Callable[[str], pd.DataFrame]
YEAR = pd.DateOffset(months=12)
NEW, AT_RISK, LAPSED = (pd.Timedelta(days=days) for days in (90, 60, 90))


def newest(rows: pd.DataFrame, *key: str) -> pd.DataFrame:
    """The row that counts of each key: the newest version, else the one that landed last."""
    if "updated_at" in rows:
        rows = rows.sort_values("updated_at", kind="stable")
    return rows.drop_duplicates([*key], keep="last")


EVENTS = """
    select
        response_id as event_id, customer_id, responded_at as happened_at,
        metric = 'nps' as is_nps
    from marts.fct_survey_responses where is_scored
    union all
    select ticket_id, customer_id, created_at, false from marts.fct_tickets
    union all
    select order_id, customer_id, ordered_at, false from marts.fct_orders
"""


@pytest.fixture(scope="module")
def events(published: Ask) -> pd.DataFrame:
    """Scored answers, tickets and orders of known customers, in the order of their instants."""
    return published(
        f"from ({EVENTS}) where customer_id is not null order by happened_at, event_id"
    ).rename(columns={"happened_at": "at"})


@pytest.fixture(scope="module")
def orders(landed: Ask) -> pd.DataFrame:
    rows = newest(landed("orders/orders"), "order_id")
    rows = rows[rows.status.isin(["completed", "returned"])].copy()
    rows["at"] = pd.to_datetime(rows.ordered_at)
    rows["total"] = rows.total_amount.astype(float)
    for part in ("discount_amount", "refunded_amount"):
        rows[part] = rows[part].replace("", None).astype(float).fillna(0)
    rows["net"] = rows.total - rows.discount_amount - rows.refunded_amount
    return rows[["customer_id", "at", "total", "net"]]


def test_plan(events: pd.DataFrame, published: Ask, landed: Ask) -> None:
    versions = newest(landed("crm/customers"), "customer_id", "updated_at")
    versions["at"] = pd.to_datetime(versions.updated_at).astype("datetime64[us]")
    versions = versions.sort_values("at")
    first = versions[~versions.customer_id.duplicated()].assign(at=pd.Timestamp("1900-01-01"))
    versions = pd.concat([first, versions]).astype({"at": "datetime64[us]"}).sort_values("at")
    joined = pd.merge_asof(
        events, versions[["customer_id", "at", "plan"]], on="at", by="customer_id"
    )
    expected = joined.plan.replace("", None).fillna("unknown")
    assert expected.nunique() > 3
    agree(events, expected, "plan", published)


def test_sign_up_cohort(
    events: pd.DataFrame, orders: pd.DataFrame, published: Ask, landed: Ask
) -> None:
    """By the newest version in the CRM; of who is not in it, by the first purchase."""
    versions = newest(landed("crm/customers"), "customer_id").set_index("customer_id")
    bought = orders[orders.total >= 0].groupby("customer_id")["at"].min()
    paid = pd.Series(
        {
            customer: min(at for s in mine for at in s.instants if s.paying(at))
            for customer, mine in subscriptions_by_customer(landed).items()
            if any(s.paying(at) for s in mine for at in s.instants)
        }
    )
    first = pd.concat([bought, paid]).groupby(level=0).min()
    joined = pd.to_datetime(versions.signed_up_at).combine_first(first)
    expected = (
        (events.customer_id.map(joined).dt.to_period("Q").astype(str).str.replace("Q", "-Q"))
        .replace("NaT", None)
        .fillna("unknown")
    )
    assert expected.nunique() > 2
    agree(events, expected, "sign_up_cohort", published)


def test_contacted_support(events: pd.DataFrame, published: Ask, landed: Ask) -> None:
    tickets = newest(landed("tickets/tickets"), "ticket_id")
    calls = newest(landed("tickets/calls"), "call_id")
    waited = pd.to_datetime(calls.ended_at) - pd.to_datetime(calls.queued_at)
    calls = calls[(calls.answered_at.fillna("") != "") | (waited >= pd.Timedelta(seconds=5))]
    contacts = pd.concat(
        [
            tickets[["customer_id", "created_at"]].set_axis(["customer_id", "at"], axis=1),
            calls[["customer_id", "queued_at"]].set_axis(["customer_id", "at"], axis=1),
        ]
    )
    first = pd.to_datetime(contacts["at"]).groupby(contacts.customer_id).min()
    contacted = events.customer_id.map(first) < events["at"]
    expected = contacted.map({True: "contacted", False: "not_contacted"})
    assert expected.nunique() == 2
    agree(events, expected, "contacted_support", published)


def test_value_tier(events: pd.DataFrame, orders: pd.DataFrame, published: Ask) -> None:
    def tier(event: Any) -> str:
        month = event.at.to_period("M").start_time
        mine = orders[(orders.customer_id == event.customer_id) & (orders["at"] < month)]
        mine = mine[mine["at"] >= month - YEAR]
        bought = mine[mine.total >= 0]
        if bought.empty:
            return "no_orders"
        months = (month.to_period("M") - bought["at"].max().to_period("M")).n
        recency = [months <= 6, months <= 3]
        frequency = [len(bought) >= 2, len(bought) >= 5]
        points = sum([*recency, *frequency, *(mine.net.sum() >= least for least in (100, 500))])
        return "gold" if points >= 5 else "silver" if points >= 3 else "bronze"

    expected = pd.Series([tier(event) for event in events.itertuples()])
    assert expected.nunique() > 2
    agree(events, expected, "value_tier", published)


def test_lifecycle(events: pd.DataFrame, orders: pd.DataFrame, published: Ask, landed: Ask) -> None:
    subscribers = subscriptions_by_customer(landed)
    newest_order = pd.to_datetime(landed("orders/orders").ordered_at).max()

    def lifecycle(event: Any) -> str:
        mine = subscribers.get(event.customer_id, [])
        paid = [at for s in mine for at in s.instants if at <= event.at and s.paying(at)]
        running = [version for s in mine if (version := s.paying(event.at))]
        bought = orders[(orders.customer_id == event.customer_id) & (orders.total >= 0)]["at"]
        bought = bought[bought < event.at]
        if not paid and bought.empty:
            return "prospect"
        is_new = event.at < min([*paid, *bought]) + NEW
        if any(v.status == "past_due" and v.updated_at <= event.at for v in running):
            return "at_risk"
        if running:
            return "new" if is_new else "active"
        if paid:
            return "churned"
        silence = min(event.at, newest_order) - bought.max()
        if silence >= AT_RISK:
            return "lapsed" if silence >= LAPSED else "at_risk"
        return "new" if is_new else "active"

    expected = pd.Series([lifecycle(event) for event in events.itertuples()])
    assert expected.nunique() > 3
    agree(events, expected, "lifecycle", published)


def agree(events: pd.DataFrame, expected: pd.Series, attribute: str, published: Ask) -> None:
    """Each event lies in one span, of the segment expected; NPS counts its answers there."""
    spans = published(
        f"""
        select event_id, segment
        from ({EVENTS}) as events
        inner join marts.dim_customer_segments as spans
            on events.customer_id = spans.customer_id
            and happened_at >= valid_from
            and happened_at < coalesce(valid_to, 'infinity')
        where segment_type = '{attribute}'
        """
    ).set_index("event_id")
    assert spans.index.is_unique
    found = spans.segment.reindex(events.event_id).to_numpy()
    assert events.event_id[found != expected.to_numpy()].tolist()[:10] == []
    counts = published(
        f"""
        select segment, responses from marts.nps_by_segment
        where segment_type = '{attribute}' and period_grain = 'all' and responses > 0
        """
    )
    answered = expected[events.is_nps.to_numpy()]
    known = counts[counts.segment != "unknown"]
    assert dict(known.to_numpy()) == dict(answered[answered != "unknown"].value_counts())
