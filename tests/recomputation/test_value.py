"""Lifetime value and lapse, computed anew from the landing files with pandas and lifetimes."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter  # type: ignore[import-untyped]
from lifetimes.utils import (  # type: ignore[import-untyped]
    summary_data_from_transaction_data,
)
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.recomputation.subscriptions import Subscription

WEEKS = 52
STEPS = 520
LEAST = 10
LAPSE = pd.Timedelta(days=90)


@pytest.fixture(scope="module")
def known(landed: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Orders of every status in their newest versions, with value."""
    orders = landed("orders/orders").astype({"updated_at": "datetime64[us]"})
    orders = orders.sort_values("updated_at").groupby("order_id").tail(1)
    orders["ordered_at"] = orders["ordered_at"].astype("datetime64[us]")
    orders["value"] = orders["total_amount"].astype(float) - orders[
        ["discount_amount", "refunded_amount"]
    ].astype(float).fillna(0).sum(axis=1)
    return orders


@pytest.fixture(scope="module")
def counted(known: pd.DataFrame) -> pd.DataFrame:
    """Completed and returned orders of known customers."""
    is_counted = known["status"].isin(["completed", "returned"]) & known["customer_id"].notna()
    return known[is_counted].assign(is_credit_note=known["total_amount"].astype(float) < 0)


@pytest.fixture(scope="module")
def customers(
    known: pd.DataFrame, counted: pd.DataFrame, landed: Callable[[str], pd.DataFrame]
) -> pd.DataFrame:
    """Each customer's history in weeks, plan, and what lifetimes expects of them in a year."""
    orders, is_credit_note = counted, counted["is_credit_note"]
    found = summary_data_from_transaction_data(
        orders[~is_credit_note],
        "customer_id",
        "ordered_at",
        "value",
        observation_period_end=known["ordered_at"].max(),
        freq="D",
    )
    first_day = orders[~is_credit_note].groupby("customer_id")["ordered_at"].min().dt.date
    later = orders["ordered_at"].dt.date > orders["customer_id"].map(first_day)
    credited = orders[is_credit_note & later].groupby("customer_id")["value"].sum()
    buys_again = found["frequency"] > 0
    found["monetary_value"] += (credited.reindex(found.index).fillna(0) / found["frequency"]).where(
        buys_again, 0
    )
    found[["recency", "T"]] /= 7
    return found.join(_plans(landed)).fillna({"plan": "unknown"}).assign(**_expected(found))


def _plans(landed: Callable[[str], pd.DataFrame]) -> pd.Series:
    versions = landed("crm/customers").astype({"updated_at": "datetime64[us]"})
    newest = versions.sort_values("updated_at").groupby("customer_id").tail(1)
    return newest.set_index("customer_id")["plan"]


def _expected(found: pd.DataFrame) -> dict[str, pd.Series]:
    history = found["frequency"], found["recency"], found["T"]
    purchases = BetaGeoFitter().fit(*history)
    spent = found[(found["frequency"] > 0) & (found["monetary_value"] > 0)]
    values = GammaGammaFitter().fit(spent["frequency"], spent["monetary_value"])
    by_then = np.stack(
        [
            purchases.conditional_expected_number_of_purchases_up_to_time(week, *history)
            for week in np.linspace(0, WEEKS, STEPS + 1)
        ]
    )
    middles = (np.arange(STEPS) + 0.5) / STEPS
    discounted = np.diff(by_then, axis=0).T @ 1.1**-middles
    value = values.conditional_expected_average_profit(
        found["frequency"], found["monetary_value"].clip(lower=0)
    )
    return {
        "purchases_expected": pd.Series(by_then[-1], found.index),
        "p_alive": pd.Series(purchases.conditional_probability_alive(*history), found.index),
        "clv": discounted * value,
    }


def test_predicted_lifetime_value_by_plan(
    customers: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    found = published(
        """
        select * from marts.clv_by_segment
        where segment_type in ('all', 'plan') and prediction_status = 'predicted'
        """
    )
    assert {"all", "Starter", "Growth", "Business"} <= set(found["segment"])
    for row in found.itertuples():
        group = customers[(row.segment == "all") | (customers["plan"] == row.segment)]
        assert row.clv_predicted == pytest.approx(group["clv"].mean(), rel=1e-4)
        assert row.purchases_expected == pytest.approx(group["purchases_expected"].sum(), rel=1e-4)
        assert row.p_alive_mean == pytest.approx(group["p_alive"].mean(), rel=1e-4)


def test_headline_of_predicted_lifetime_value(
    customers: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    (headline,) = published(
        """
        select value from marts.metric_values
        where metric = 'clv_predicted' and segment_type = 'all'
        """
    )["value"]
    assert headline == pytest.approx(customers["clv"].mean(), rel=1e-4)


@pytest.fixture(scope="module")
def lives(
    known: pd.DataFrame,
    counted: pd.DataFrame,
    subscribers: dict[str, list[Subscription]],
    last_month: pd.Period,
    landed: Callable[[str], pd.DataFrame],
) -> pd.DataFrame:
    """What each customer brought and how long they were there, of all who ordered or subscribed."""
    until = known["ordered_at"].max()
    bought = counted[~counted["is_credit_note"]].groupby("customer_id")["ordered_at"]
    months = {
        customer: _months_subscribed(subscriptions, last_month)
        for customer, subscriptions in subscribers.items()
    }
    lives = pd.DataFrame(
        {
            "revenue": counted.groupby("customer_id")["value"].sum(),
            "orders": bought.count(),
            "observed": (until - bought.min()) / pd.Timedelta(days=365.25),
        }
    )
    subscribed = pd.DataFrame(months, index=["months", "churns"]).T
    return lives.join(subscribed, how="outer").join(_plans(landed)).fillna({"plan": "unknown"})


def _months_subscribed(subscriptions: list[Subscription], last_month: pd.Period) -> tuple[int, int]:
    """Months with MRR at their start, and how many of them have none at their end."""
    first = min(instant for s in subscriptions for instant in s.instants)
    months = pd.period_range(pd.Period(first, "M"), last_month + 1, freq="M")
    starts = [sum(s.mrr(month.start_time) for s in subscriptions) > 0 for month in months]
    return sum(starts[:-1]), sum(here and not there for here, there in pairwise(starts))


def _formula(group: pd.DataFrame) -> float:
    """Of a segment that has subscriptions, as all of the sample's have."""
    order_years, years = group["observed"].sum(), group["months"].sum() / 12
    if group["revenue"].count() < LEAST or min(order_years, years) < LEAST:
        return np.nan
    orders, churns = group["orders"].sum(), group["churns"].sum()
    lifetime = min(years / churns, 10) if churns else 10
    return float(group["revenue"].sum() / orders * (orders / order_years) * lifetime)


def test_historical_and_formula_value_by_plan(
    lives: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    found = published("from marts.clv_by_segment where segment_type in ('all', 'plan')")
    assert found["clv_formula"].notna().sum() >= 4
    for row in found.itertuples():
        group = lives[(row.segment == "all") | (lives["plan"] == row.segment)]
        revenue = group["revenue"].dropna()
        assert row.customers == len(revenue)
        assert row.revenue_historical == pytest.approx(revenue.sum())
        assert row.clv_historical == pytest.approx(revenue.mean())
        assert row.clv_formula == pytest.approx(_formula(group), nan_ok=True)


def test_headline_of_historical_and_formula_value(
    lives: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    found = published(
        """
        select metric, value, value_se from marts.metric_values
        where metric in ('clv_historical', 'clv_formula') and segment_type = 'all'
        """
    ).set_index("metric")
    assert found["value"]["clv_historical"] == pytest.approx(lives["revenue"].mean())
    assert found["value_se"]["clv_historical"] == pytest.approx(lives["revenue"].sem())
    assert found["value"]["clv_formula"] == pytest.approx(_formula(lives))


def test_lapse_rate(
    known: pd.DataFrame,
    counted: pd.DataFrame,
    subscribers: dict[str, list[Subscription]],
    published: Callable[[str], pd.DataFrame],
) -> None:
    """Of buyers who never subscribed, month by month; none of them is in the CRM."""
    paying = [
        customer
        for customer, subscriptions in subscribers.items()
        if any(s.paying(instant) for s in subscriptions for instant in s.instants)
    ]
    orders = counted[~counted["is_credit_note"] & ~counted["customer_id"].isin(paying)]
    expected = []
    last = known["ordered_at"].max()
    for month in pd.period_range(orders["ordered_at"].min(), last, freq="M")[:-1]:
        there, later = (
            set(orders["customer_id"][orders["ordered_at"].between(at - LAPSE, at, "neither")])
            for at in (month.start_time, (month + 1).start_time)
        )
        if len(there) >= LEAST:
            lapsed = len(there - later)
            low, high = proportion_confint(lapsed, len(there), method="wilson")
            expected.append((lapsed / len(there), lapsed, len(there), low, high))
    found = published(
        """
        select value, numerator, denominator, ci_low, ci_high from marts.metric_values
        where metric = 'lapse_rate' and segment_type = 'all' and is_reportable
        order by period_start
        """
    )
    assert len(expected) >= 3 and found["numerator"].sum() > 0
    np.testing.assert_allclose(found, expected, atol=1e-8)
