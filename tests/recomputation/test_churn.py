"""Churn, retention and survival, recomputed with pandas, lifelines and statsmodels."""

from collections.abc import Callable
from itertools import pairwise

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
    yearly = renewing(subscribers)
    for customer in customers.itertuples():
        subscriptions = subscribers[customer.customer_id]
        for month in pd.period_range(customer.cohort - 1, last_month, freq="M"):
            start = sum(s.mrr(month.start_time) for s in subscriptions)
            end = sum(s.mrr((month + 1).start_time) for s in subscriptions)
            is_new = not start and end > 0 and customer.at >= month.start_time
            terms = [renewed for s in subscriptions for renewed in terms_due(s, month, yearly)]
            rows.append(
                {
                    "customer_id": customer.customer_id,
                    "at": month.start_time,
                    "customers_start": start > 0,
                    "customers_churned": start > 0 and not end,
                    "customers_new": is_new,
                    "customers_reactivated": not start and end > 0 and not is_new,
                    "churned_involuntary": start > 0 and not end and unpaid(subscriptions, month),
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


def renewing(subscribers: dict[str, list[Subscription]]) -> set[str]:
    """Plans of which renewals are recorded."""
    versions = [v for held in subscribers.values() for s in held for v in s.versions]
    return {v.plan for v in versions if pd.notna(v.renewed_at)}


def terms_due(subscription: Subscription, month: pd.Period, yearly: set[str]) -> list[bool]:
    """Whether each yearly term that ends in the month is renewed; no sample renews early."""
    version = subscription.paying(month.start_time)
    if version is None or version.plan not in yearly:
        return []
    begun = version.started_at if pd.isna(version.renewed_at) else version.renewed_at
    ends = [begun + pd.DateOffset(years=years) for years in (1, 2, 3)]
    gone = subscription.ended_at
    return [gone is None or gone > end for end in ends if end.to_period("M") == month]


def unpaid(subscriptions: list[Subscription], month: pd.Period) -> bool:
    """Whether of those that lost their MRR in the month the last ended for want of payment."""
    moment = pd.Timedelta(microseconds=1)
    ended = [
        (s.ended_at, s.is_unpaid)
        for s in subscriptions
        if s.ended_at is not None
        and month.start_time < s.ended_at <= (month + 1).start_time
        and s.paying(s.ended_at - moment)
    ]
    return bool(ended) and max(ended)[1]


@pytest.fixture(scope="module")
def trials(
    subscribers: dict[str, list[Subscription]], plans: pd.DataFrame, last_month: pd.Period
) -> pd.DataFrame:
    """Trials by the month in which they began, mature ones and those of them that paid."""
    until = (last_month + 1).start_time
    rows = [
        {"customer_id": customer, "at": begun, "is_mature": is_mature, "is_paid": paid}
        for customer, subscriptions in subscribers.items()
        for begun, paid in (s.trial for s in subscriptions if s.trial)
        for is_mature in [begun + pd.Timedelta(days=28) <= until]
        if begun < until
    ]
    trials = by_plan(pd.DataFrame(rows), plans)
    trials["at"] = trials["at"].dt.to_period("M").dt.start_time
    trials["trials_immature"] = ~trials.is_mature
    trials["trials_mature"] = trials.is_mature
    trials["trials_paid"] = trials.is_mature & trials.is_paid
    counts = ["trials_immature", "trials_mature", "trials_paid"]
    return trials.groupby(["segment_type", "segment", "at"])[counts].sum().reset_index()


@pytest.fixture(scope="module")
def grown(moved: pd.DataFrame) -> pd.DataFrame:
    """What each customer gained and lost in each month."""
    grown = moved.assign(
        gained=(moved.mrr_end - moved.mrr_start).clip(lower=0),
        lost=(moved.mrr_start - moved.mrr_end).clip(lower=0),
        new=moved.mrr_end.where(moved.customers_new, 0),
        customers_end=moved.mrr_end > 0,
        net_lost=(moved.mrr_start - moved.mrr_end).where(moved.customers_start, 0),
    )
    grown["churned_voluntary"] = grown.customers_churned & ~grown.churned_involuntary
    return grown


def test_subscriptions_by_segment(
    published: Ask, grown: pd.DataFrame, trials: pd.DataFrame
) -> None:
    keys = ["segment_type", "segment", "at"]
    measures = grown.select_dtypes(["number", "bool"]).columns
    sums = grown.groupby(keys)[measures].sum().reset_index()
    expected = sums.merge(trials, how="outer", on=keys).fillna(dict.fromkeys(measures, 0))
    for score, above, below, least in (
        ("quick_ratio", "gained", "lost", "customers_start"),
        ("net_mrr_churn_rate", "net_lost", "mrr_start", "customers_start"),
        ("arpa", "mrr_end", "customers_end", "customers_end"),
        ("average_sale_price", "new", "customers_new", "customers_new"),
        ("trial_conversion_rate", "trials_paid", "trials_mature", "trials_mature"),
    ):
        whole = expected[below].where((expected[least] >= LEAST) & (expected[below] > 0))
        expected[score] = expected[above] / whole
        assert expected[score].notna().sum() > 5, score
    counts = [name for name in expected if name.startswith(("trials_", "churned_"))]
    expected[counts] = expected[counts].fillna(0)
    scores = ["quick_ratio", "net_mrr_churn_rate", "arpa", "average_sale_price"]
    agree(
        published(
            "from marts.subscriptions_by_segment where segment_type in ('all', 'plan')"
        ).rename(columns={"period_start": "at"}),
        expected[[*keys, *scores, "trial_conversion_rate", *counts]],
        keys,
    )
    assert expected.churned_involuntary.sum() > 0


def test_headline_subscriptions(published: Ask, grown: pd.DataFrame, trials: pd.DataFrame) -> None:
    """Ratios of sums by the residuals of customers, means with t, shares with Wilson intervals."""
    keys = ["segment_type", "segment", "at"]
    rows = []
    for key, group in grown.groupby(keys):
        there = group[group.customers_start]
        found = {}
        if len(there) >= LEAST:
            net = ratio_of(there.net, there.mrr_start)
            found["net_mrr_churn_rate"] = net | {
                "value": 1 - net["value"],
                "numerator": net["denominator"] - net["numerator"],
                "ci_low": 1 - net["ci_high"],
                "ci_high": 1 - net["ci_low"],
            }
        if len(there) >= LEAST and group.lost.sum() > 0 and group.gained.sum() > 0:
            quick = ratio_of(group.gained, group.lost)
            width = np.exp(stats.norm.ppf(0.975) * quick["value_se"] / quick["value"])
            low, high = quick["value"] / width, quick["value"] * width
            found["quick_ratio"] = quick | {"ci_low": low, "ci_high": high}
        for metric, amounts in (
            ("arpa", group.mrr_end[group.customers_end]),
            ("average_sale_price", group.new[group.customers_new]),
        ):
            if len(amounts) >= LEAST:
                found[metric] = mean_of(amounts)
        if (churned := group.customers_churned.sum()) >= LEAST:
            share = share_of(group.churned_involuntary.sum(), churned)
            found["involuntary_churn_share"] = share
        named = dict(zip(keys, key, strict=True))
        rows += [named | {"metric": metric, **values} for metric, values in found.items()]
    for trial in trials[trials.trials_mature >= LEAST].to_dict("records"):
        share = share_of(trial["trials_paid"], trial["trials_mature"])
        rows.append({k: trial[k] for k in keys} | {"metric": "trial_conversion_rate"} | share)
    expected = pd.DataFrame(rows)
    actual = published(
        f"""
        select * from marts.metric_values
        where segment_type in ('all', 'plan') and is_reportable and value <> 0
            and metric in {tuple(expected.metric.unique())}
        """
    ).rename(columns={"period_start": "at"})
    # Our t quantile is an expansion, too small by 1.3e-5 at the least number of customers.
    agree(actual, expected[expected.value != 0], [*keys, "metric"], rtol=2e-5)
    assert expected.metric.nunique() == 6


def mean_of(amounts: pd.Series) -> dict[str, float]:
    error = amounts.sem()
    margin = stats.t.ppf(0.975, len(amounts) - 1) * error
    return {
        "value": amounts.mean(),
        "numerator": amounts.sum(),
        "denominator": len(amounts),
        "value_se": error,
        "ci_low": max(amounts.mean() - margin, 0),
        "ci_high": amounts.mean() + margin,
    }


def test_mrr_by_cohort(published: Ask, customers: pd.DataFrame, plans: pd.DataFrame) -> None:
    rows = by_plan(customers, plans)
    rows["mrr_start"] = rows.mrr.str[0]
    rows = rows[rows.mrr_start > 0].explode("mrr").rename(columns={"mrr": "mrr_end"})
    place = ["segment_type", "segment", "cohort", "customer_id"]
    rows["months_since_start"] = rows.groupby(place).cumcount()
    rows["cohort_month"] = rows.cohort.dt.start_time
    rows["mrr_end"] = rows.mrr_end.astype(float)
    rows["mrr_kept"] = rows[["mrr_start", "mrr_end"]].min(axis=1)
    keys = ["segment_type", "segment", "cohort_month", "months_since_start"]
    measures = ["customers", "mrr_start", "mrr_end", "mrr_kept"]
    expected = rows.assign(customers=1).groupby(keys)[measures].sum().reset_index()
    start = expected.mrr_start.where(expected.customers >= LEAST)
    expected["net_revenue_retention"] = expected.mrr_end / start
    expected["gross_revenue_retention"] = expected.mrr_kept / start
    assert (expected.gross_revenue_retention < expected.net_revenue_retention).any()
    agree(
        published("from marts.mrr_by_cohort where segment_type in ('all', 'plan')"), expected, keys
    )


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
    agree(actual, expected.drop(columns=["kept", "net", "churned_involuntary"]), keys)
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
        assert_ends(shown)
        compared += len(shown)
    assert compared > 10


def assert_ends(shown: pd.DataFrame) -> None:
    """Ends of shares of survival are those of SciPy's normal distribution, within [0, 1]."""
    known = shown.dropna(subset="survival_se")
    low, high = stats.norm.interval(0.95, known.survival, known.survival_se.replace(0, 1e-300))
    np.testing.assert_allclose(known.survival_ci_low, np.maximum(low, 0), atol=1e-8)
    np.testing.assert_allclose(known.survival_ci_high, np.minimum(high, 1), atol=1e-8)
    assert shown.survival_ci_low.isna().equals(shown.survival_se.isna())


def lines_of(subscriptions: list[Subscription], plans: set[str]) -> list[list[Subscription]]:
    """Paid yearly subscriptions by the line that they renew, within 30 days of an end."""
    lines: list[list[Subscription]] = []
    paid = [s for s in subscriptions if any(s.paying(instant) for instant in s.instants)]
    yearly = [s for s in paid if s.versions[0].plan in plans]
    for subscription in sorted(yearly, key=lambda s: s.versions[0].started_at):
        begun = subscription.versions[0].started_at
        for line in lines:
            ended = line[-1].ended_at
            if ended is not None and abs(begun - ended) <= pd.Timedelta(days=30):
                line.append(subscription)
                break
        else:
            lines.append([subscription])
    return lines


def yearly_terms(line: list[Subscription], until: pd.Timestamp) -> list[tuple[pd.Timestamp, bool]]:
    """When each term of a line is due, if it is by then, and whether another follows."""
    told = [at for s in line for v in s.versions for at in (v.started_at, v.renewed_at)]
    starts = sorted({at for at in told if pd.notna(at)})
    terms = []
    for begun, renewed in pairwise(starts):
        years = round((renewed - begun).days / 365.25)
        terms += [(begun + pd.DateOffset(years=n), True) for n in range(1, years)]
        terms.append((renewed, True))
    due, gone = starts[-1], line[-1].ended_at or pd.Timestamp.max
    while due < gone and due + pd.DateOffset(years=1) <= until:
        due += pd.DateOffset(years=1)
        terms.append((due, due < gone))
    return [term for term in terms if term[0] <= until]


def test_renewals_by_segment(
    published: Ask, landed: Ask, subscribers: dict[str, list[Subscription]]
) -> None:
    files = landed("crm/subscriptions")["_file"].str.extract(r"(\d{4}-\d{2}-\d{2})")[0]
    until = pd.to_datetime(files).max() - pd.Timedelta(days=29)
    known = [s for held in subscribers.values() for s in held]
    since = min(s.ended_at for s in known if s.ended_at is not None)
    yearly = renewing(subscribers)
    lives = []
    for subscriptions in subscribers.values():
        for line in lines_of(subscriptions, yearly):
            terms = yearly_terms(line, until)
            entry = sum(due <= since for due, _ in terms)
            if len(terms) > entry:
                lives.append((entry, len(terms), not terms[-1][1]))
    entry, ends, lost = map(np.array, zip(*lives, strict=True))
    actual = published("from marts.renewals_by_segment where segment = 'all' order by term")
    at_risk = [((entry < t) & (ends >= t)).sum() for t in actual.term]
    assert actual.terms_due.tolist() == at_risk
    assert (actual.terms_due - actual.terms_renewed).tolist() == [
        ((ends == t) & lost).sum() for t in actual.term
    ]
    fitted = KaplanMeierFitter().fit(ends, lost, entry=entry)
    shown = actual[actual.is_reportable]
    expected = fitted.survival_function_at_times(shown.term)
    np.testing.assert_allclose(shown.survival, expected, atol=1e-8)
    assert_ends(shown)
    assert len(shown) > 1
    assert 0 < entry.sum() < len(lives)


def agree(actual: pd.DataFrame, expected: pd.DataFrame, keys: list[str], rtol: float = 0) -> None:
    """The published table has these rows and, in these columns, these values."""
    columns = list(expected.columns)
    frames = [
        frame[columns]
        .astype({column: float for column in columns if column not in keys})
        .sort_values(keys)
        .reset_index(drop=True)
        for frame in (actual, expected)
    ]
    pd.testing.assert_frame_equal(*frames, check_dtype=False, rtol=rtol, atol=1e-8)
