"""Lifetime value and lapse, computed anew from the landing files with pandas and lifetimes."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifetimes.utils import (  # type: ignore[import-untyped]
    summary_data_from_transaction_data,
)
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.recomputation.predictions import WEEKS, Models
from tests.recomputation.subscriptions import Subscription

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
def histories(
    known: pd.DataFrame, counted: pd.DataFrame, landed: Callable[[str], pd.DataFrame]
) -> pd.DataFrame:
    """Each customer's history in weeks, and plan."""
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
    return found.join(_plans(landed)).fillna({"plan": "unknown"})


@pytest.fixture(scope="module")
def models(histories: pd.DataFrame) -> Models:
    """Both models, fitted to all customers."""
    return Models.fitted(histories)


@pytest.fixture(scope="module")
def customers(histories: pd.DataFrame, models: Models) -> pd.DataFrame:
    """The histories with what is expected of each customer in a year."""
    return histories.assign(**models.expected(histories, STEPS))


def _plans(landed: Callable[[str], pd.DataFrame]) -> pd.Series:
    versions = landed("crm/customers").astype({"updated_at": "datetime64[us]"})
    newest = versions.sort_values("updated_at").groupby("customer_id").tail(1)
    return newest.set_index("customer_id")["plan"]


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


def test_interval_of_predicted_lifetime_value_by_plan(
    histories: pd.DataFrame, models: Models, published: Callable[[str], pd.DataFrame]
) -> None:
    """Parameters of lifetimes, each moved by a thousandth of itself up and down."""
    moves = 0.001 * np.eye(7)
    gradient = np.stack(
        [
            (
                models.moved(move).expected(histories, WEEKS)["clv"]
                - models.moved(-move).expected(histories, WEEKS)["clv"]
            )
            / 0.002
            for move in moves
        ]
    )
    found = published(
        """
        select segment, value, value_se, ci_low, ci_high from marts.metric_values
        where metric = 'clv_predicted' and segment_type in ('all', 'plan') and is_reportable
        """
    )
    assert {"all", "Starter", "Growth", "Business"} <= set(found["segment"])
    for row in found.itertuples():
        of_mean = gradient[:, (row.segment == "all") | (histories["plan"] == row.segment)].mean(1)
        error = np.sqrt(of_mean @ models.covariance @ of_mean)
        assert row.value_se == pytest.approx(error, rel=0.005)
        assert np.log([row.ci_low, row.ci_high]) == pytest.approx(
            np.log(row.value) + 1.96 * error / row.value * np.array([-1, 1]), rel=0.001
        )


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


def test_segments_that_are_cut_by_survival_have_no_formula_value(
    published: Callable[[str], pd.DataFrame],
) -> None:
    found = published(
        """
        select types.is_by_survival, clv.formula_status, clv.clv_formula, metrics.value
        from marts.clv_by_segment as clv
        inner join marts.dim_segment_types as types using (segment_type)
        inner join marts.metric_values as metrics using (period_grain, segment_type, segment)
        where metric = 'clv_formula'
            and segment_type in
                ('plan', 'lifecycle', 'lifecycle_current', 'value_tier', 'value_tier_current')
        """
    )
    cut = found[found["is_by_survival"]]
    assert set(cut["formula_status"]) == {"segment_by_survival"}
    assert cut[["clv_formula", "value"]].isna().all(axis=None)
    assert found["value"].notna().sum() >= 3


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


def test_interval_of_formula_value_is_that_of_customers_drawn_anew(
    lives: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    """A bootstrap: 2,000 draws know the error to 1.6 %; the logarithm of few churns is no line."""
    ((value, error, low, high),) = published(
        """
        select value, value_se, ci_low, ci_high from marts.metric_values
        where metric = 'clv_formula' and segment_type = 'all'
        """
    ).itertuples(index=False)
    measures = lives[["revenue", "observed", "months", "churns"]].fillna(0).astype(float)
    size = len(measures)
    draws = np.random.default_rng(1).multinomial(size, np.full(size, 1 / size), 2000)
    revenue, years, months, churns = (draws @ measures.to_numpy()).T
    drawn = np.log(revenue / years * np.minimum(months / 12 / churns, 10))
    assert error / value == pytest.approx(drawn.std(), rel=0.1)
    assert np.log([low, high]) == pytest.approx(
        np.log(value) + 1.96 * error / value * np.array([-1, 1]), rel=0.001
    )


def test_lapse_rate(
    known: pd.DataFrame,
    counted: pd.DataFrame,
    subscribers: dict[str, list[Subscription]],
    published: Callable[[str], pd.DataFrame],
) -> None:
    """Of buyers who have not subscribed yet, month by month; none of them is in the CRM."""
    paid = {
        customer: [instant for s in subscriptions for instant in s.instants if s.paying(instant)]
        for customer, subscriptions in subscribers.items()
    }
    subscribed = pd.Series({c: min(instants) for c, instants in paid.items() if instants})
    orders = counted[~counted["is_credit_note"]]
    expected = []
    last = known["ordered_at"].max()
    for month in pd.period_range(orders["ordered_at"].min(), last, freq="M")[:-1]:
        there, later = (
            set(orders["customer_id"][orders["ordered_at"].between(at - LAPSE, at, "neither")])
            for at in (month.start_time, (month + 1).start_time)
        )
        there -= set(subscribed.index[subscribed <= month.start_time])
        if len(there) >= LEAST:
            lapsed = len(
                there - later - set(subscribed.index[subscribed <= (month + 1).start_time])
            )
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
