"""Churn, retention and survival, recomputed with pandas, lifelines and statsmodels."""

from collections.abc import Callable

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.recomputation.subscriptions import Subscription

Ask = Callable[[str], pd.DataFrame]
LEAST = 10
BEGINNING = pd.Timestamp("1900-01-01")


@pytest.fixture(scope="module")
def plans(landed: Ask) -> pd.DataFrame:
    rows = landed("crm/customers").drop_duplicates(["customer_id", "updated_at"], keep="last")
    rows["at"] = pd.to_datetime(rows.updated_at)
    rows = rows.sort_values("at")
    rows.loc[~rows.customer_id.duplicated(), "at"] = BEGINNING
    rows["plan"] = rows.plan.replace("", None).fillna("unknown")
    return rows[["customer_id", "at", "plan"]].sort_values("at").astype({"at": "datetime64[us]"})


def by_plan(rows: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """Each row twice: in the total, and in the plan that the customer had at `at`."""
    rows = rows.astype({"at": "datetime64[us]"}).sort_values("at")
    joined = pd.merge_asof(rows, plans, on="at", by="customer_id")
    return pd.concat(
        [
            rows.assign(segment_type="all", segment="all"),
            joined.assign(segment_type="plan", segment=joined.plan.fillna("unknown")),
        ]
    )


@pytest.fixture(scope="module")
def customers(subscribers: dict[str, list[Subscription]], last_month: pd.Period) -> pd.DataFrame:
    """Customers who ever had MRR, with MRR at the end of each month since."""
    rows = []
    for customer, subscriptions in subscribers.items():
        instants = [at for s in subscriptions for at in s.instants]
        paid = [at for at in instants if sum(s.mrr(at) for s in subscriptions) > 0]
        if not paid or pd.Period(min(paid), "M") > last_month:
            continue
        cohort = pd.Period(min(paid), "M")
        ends = pd.period_range(cohort, last_month, freq="M")
        mrr = [sum(s.mrr((month + 1).start_time) for s in subscriptions) for month in ends]
        gone = [n for n, amount in enumerate(mrr) if amount == 0]
        rows.append(
            {
                "customer_id": customer,
                "at": min(paid),
                "cohort": cohort,
                "mrr": mrr,
                "tenure": gone[0] if gone else len(mrr) - 1,
                "churned": bool(gone),
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def moved(
    subscribers: dict[str, list[Subscription]],
    customers: pd.DataFrame,
    plans: pd.DataFrame,
    last_month: pd.Period,
) -> pd.DataFrame:
    """What each customer did in each month with MRR at its start or end, by segment."""
    rows = []
    for customer in customers.itertuples():
        subscriptions = subscribers[customer.customer_id]
        for month in pd.period_range(customer.cohort - 1, last_month, freq="M"):
            start = sum(s.mrr(month.start_time) for s in subscriptions)
            end = sum(s.mrr((month + 1).start_time) for s in subscriptions)
            is_new = not start and end > 0 and customer.at >= month.start_time
            terms = [renewed for s in subscriptions for renewed in terms_due(s, month)]
            rows.append(
                {
                    "customer_id": customer.customer_id,
                    "at": month.start_time,
                    "customers_start": start > 0,
                    "customers_churned": start > 0 and not end,
                    "customers_new": is_new,
                    "customers_reactivated": not start and end > 0 and not is_new,
                    "mrr_start": start,
                    "mrr_end": end,
                    "kept": min(start, end),
                    "net": end if start else 0,
                    "terms_due": len(terms),
                    "terms_renewed": sum(terms),
                }
            )
    moved = by_plan(pd.DataFrame(rows), plans)
    return moved[(moved.mrr_start > 0) | (moved.mrr_end > 0)]


def terms_due(subscription: Subscription, month: pd.Period) -> list[bool]:
    """Whether each yearly term that ends in the month is renewed; only Yearly records renewals."""
    version = subscription.paying(month.start_time)
    if version is None or version.plan != "Yearly":
        return []
    begun = version.started_at if pd.isna(version.renewed_at) else version.renewed_at
    ends = [begun + pd.DateOffset(years=years) for years in (1, 2)]
    gone = subscription.ended_at
    return [gone is None or gone > end for end in ends if end.to_period("M") == month]


def test_churn_by_segment(published: Ask, moved: pd.DataFrame) -> None:
    keys = ["segment_type", "segment", "at"]
    measures = [column for column in moved if column not in (*keys, "customer_id", "plan")]
    expected = moved.groupby(keys)[measures].sum().reset_index()
    few = expected.customers_start < LEAST
    for rate, of in (("gross_revenue_retention", "kept"), ("net_revenue_retention", "net")):
        expected[rate] = (expected[of] / expected.mrr_start).mask(few)
    expected["logo_churn_rate"] = (expected.customers_churned / expected.customers_start).mask(few)
    renewed = expected.terms_renewed / expected.terms_due
    expected["renewal_rate"] = renewed.mask(expected.terms_due < LEAST)
    actual = published("from marts.churn_by_segment where segment_type in ('all', 'plan')").rename(
        columns={"period_start": "at"}
    )
    agree(actual, expected.drop(columns=["kept", "net"]), keys)
    assert expected.customers_churned.sum() > 0
    assert expected.renewal_rate.between(0.1, 0.9).any()


def test_headline_churn(published: Ask, moved: pd.DataFrame) -> None:
    """Shares with Wilson intervals; retention as ratios of sums, by the residuals of customers."""
    rows = []
    keys = ["segment_type", "segment", "at"]
    for key, group in moved.groupby(keys):
        there = group[group.customers_start]
        found = {}
        if len(there) >= LEAST:
            found["logo_churn_rate"] = share_of(there.customers_churned.sum(), len(there))
            found["gross_revenue_retention"] = ratio_of(there.kept, there.mrr_start)
            found["net_revenue_retention"] = ratio_of(there.net, there.mrr_start)
        if group.terms_due.sum() >= LEAST:
            found["renewal_rate"] = share_of(group.terms_renewed.sum(), group.terms_due.sum())
        named = dict(zip(keys, key, strict=True))
        rows += [named | {"metric": metric, **values} for metric, values in found.items()]
    expected = pd.DataFrame(rows)
    is_gross = expected.metric == "gross_revenue_retention"
    expected["ci_high"] = expected.ci_high.mask(is_gross, expected.ci_high.clip(upper=1))
    actual = published(
        f"""
        select * from marts.metric_values
        where segment_type in ('all', 'plan') and is_reportable
            and metric in {tuple(expected.metric.unique())}
        """
    ).rename(columns={"period_start": "at"})
    agree(actual, expected, [*keys, "metric"])
    assert expected.metric.nunique() == 4


def share_of(count: float, n: float) -> dict[str, float]:
    low, high = proportion_confint(count, n, method="wilson")
    value = count / n
    return {
        "value": value,
        "numerator": count,
        "denominator": n,
        "value_se": np.sqrt(value * (1 - value) / n),
        "ci_low": max(low, 0),
        "ci_high": min(high, 1),
    }


def ratio_of(above: pd.Series, below: pd.Series) -> dict[str, float]:
    """Ratio of two sums over customers, its error linearised (Cochran 1977, chapter 6)."""
    value = above.sum() / below.sum()
    error = np.std(above - value * below, ddof=1) * np.sqrt(len(above)) / below.sum()
    margin = stats.norm.ppf(0.975) * error
    return {
        "value": value,
        "numerator": above.sum(),
        "denominator": below.sum(),
        "value_se": error,
        "ci_low": max(value - margin, 0),
        "ci_high": value + margin,
    }


def test_retention_by_cohort(published: Ask, customers: pd.DataFrame, plans: pd.DataFrame) -> None:
    rows = by_plan(customers, plans).explode("mrr")
    place = ["segment_type", "segment", "cohort", "customer_id"]
    rows["months_since_start"] = rows.groupby(place).cumcount()
    keys = ["segment_type", "segment", "cohort_month", "months_since_start"]
    rows["cohort_month"] = rows.cohort.dt.start_time
    expected = (
        rows.assign(customers=1, customers_retained=rows.mrr > 0)
        .groupby(keys)[["customers", "customers_retained"]]
        .sum()
        .reset_index()
    )
    few = expected.customers < LEAST
    rate = expected.customers_retained / expected.customers
    expected["retention_rate"] = rate.astype(float).mask(few)
    agree(
        published("from marts.retention_by_cohort where segment_type in ('all', 'plan')"),
        expected,
        keys,
    )


def test_survival_by_segment(published: Ask, customers: pd.DataFrame, plans: pd.DataFrame) -> None:
    actual = published("from marts.survival_by_segment where segment_type in ('all', 'plan')")
    compared = 0
    for segment, lives in by_plan(customers, plans).groupby("segment"):
        rows = actual[actual.segment == segment].set_index("tenure_months").sort_index()
        fitted = KaplanMeierFitter().fit(lives.tenure, lives.churned)
        table = fitted.event_table.reindex(rows.index, fill_value=0)
        assert rows.churned.tolist() == table.observed.tolist()
        assert rows.at_risk.tolist() == [(lives.tenure >= t).sum() for t in rows.index]
        shown = rows[rows.at_risk >= LEAST]
        assert rows.survival.notna().equals(rows.at_risk >= LEAST)
        survival = fitted.survival_function_at_times(shown.index)
        np.testing.assert_allclose(shown.survival, survival, atol=1e-8)
        # statsmodels knows no time 0; a month later for all changes neither S nor its error.
        greenwood = SurvfuncRight(lives.tenure + 1, lives.churned.astype(int))
        error = pd.Series(greenwood.surv_prob_se, greenwood.surv_times - 1)
        error = error.reindex(rows.index).ffill().fillna(0).loc[shown.index]
        np.testing.assert_allclose(shown.survival_se, error, atol=1e-8)
        compared += len(shown)
    assert compared > 10


def agree(actual: pd.DataFrame, expected: pd.DataFrame, keys: list[str]) -> None:
    """The published table has these rows and, in these columns, these values."""
    columns = list(expected.columns)
    frames = [
        frame[columns]
        .astype({column: float for column in columns if column not in keys})
        .sort_values(keys)
        .reset_index(drop=True)
        for frame in (actual, expected)
    ]
    pd.testing.assert_frame_equal(*frames, check_dtype=False, rtol=0, atol=1e-8)
