"""Predicted lifetime value, computed anew from the landed orders with pandas and lifetimes."""

from collections.abc import Callable

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter  # type: ignore[import-untyped]
from lifetimes.utils import (  # type: ignore[import-untyped]
    summary_data_from_transaction_data,
)

WEEKS = 52
STEPS = 520


@pytest.fixture(scope="module")
def customers(landed: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Each customer's history in weeks, plan, and what lifetimes expects of them in a year."""
    orders = landed("orders/orders").astype({"updated_at": "datetime64[us]"})
    orders = orders.sort_values("updated_at").groupby("order_id").tail(1)
    orders["ordered_at"] = orders["ordered_at"].astype("datetime64[us]")
    until = orders["ordered_at"].max()
    orders["value"] = orders["total_amount"].astype(float) - orders[
        ["discount_amount", "refunded_amount"]
    ].astype(float).fillna(0).sum(axis=1)
    orders = orders[
        orders["status"].isin(["completed", "returned"]) & orders["customer_id"].notna()
    ]
    is_credit_note = orders["total_amount"].astype(float) < 0
    found = summary_data_from_transaction_data(
        orders[~is_credit_note],
        "customer_id",
        "ordered_at",
        "value",
        observation_period_end=until,
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
