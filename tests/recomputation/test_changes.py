"""Changes explained, answer by answer in pandas, by the influences of the definitions (topic 1)."""

from collections.abc import Callable

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

Ask = Callable[[str], pd.DataFrame]
LEAST = 10
CHANGE = ["metric", "instrument_version", "period_grain", "period_start"]
FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}
POINTS = {"nps": {"positive": 100, "passive": 0, "negative": -100}}
OTHER_POINTS = {"positive": 1, "passive": 0, "negative": 0}
TYPES = ("plan", "country", "lifecycle", "channel")
Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]


@pytest.fixture(scope="module")
def explained(published: Ask) -> pd.DataFrame:
    rows = published("from marts.change_explained")
    return rows.assign(instrument_version=rows.instrument_version.fillna(""))


@pytest.fixture(scope="module")
def units(published: Ask) -> pd.DataFrame:
    """Answers and customers at the start of months: weight, what it comes to, and segments."""
    answers = published(
        """
        select
            if(metric = 'ces', 'ces_easy_rate', metric) as metric,
            if(metric = 'ces', instrument_version, '') as instrument_version,
            response_id as unit, customer_id, responded_at as at, channel, answer_band,
            1.0 as weight
        from marts.fct_survey_responses where is_scored and metric in ('nps', 'csat', 'ces')
        """
    )
    answers["value"] = [
        float(POINTS.get(metric, OTHER_POINTS)[band])
        for metric, band in zip(answers.metric, answers.answer_band, strict=True)
    ]
    answers["channel"] = answers.channel.fillna("unknown")
    months = published(
        """
        select
            '' as instrument_version, customer_id || month_start as unit, customer_id,
            month_start as at, is_churned, mrr_start, mrr_end
        from marts.fct_subscription_months where is_active_start
        """
    )
    churn = months.assign(
        metric="logo_churn_rate", weight=1.0, value=months.is_churned.astype(float)
    )
    kept = months.assign(
        metric="net_revenue_retention",
        weight=months.mrr_start.astype(float),
        value=months.mrr_end.astype(float),
    )
    found = pd.concat([answers, churn, kept], ignore_index=True)
    spans = published("from marts.dim_customer_segments")
    for segment_type in TYPES[:-1]:
        found[segment_type] = as_of(found, spans[spans.segment_type == segment_type])
    found["all"] = "all"
    found["customer_id"] = found.customer_id.fillna(found.unit)
    return found


def as_of(units: pd.DataFrame, spans: pd.DataFrame) -> pd.Series:
    """The segment of each unit's customer at its instant."""
    met = units.reset_index().merge(spans, on="customer_id")
    holds = (met["at"] >= met.valid_from) & (met.valid_to.isna() | (met["at"] < met.valid_to))
    return met[holds].set_index("index").segment.reindex(units.index).fillna("unknown")


def per_customer(influence: Numbers, customers: pd.Series) -> float:
    """The root of the sum of squares of what the units of each customer add up to."""
    sums = pd.Series(influence, customers.index).groupby(customers).sum()
    return float(np.sqrt((sums**2).sum()))


def terms_of(pair: pd.DataFrame, is_in: Numbers) -> dict[str, float]:
    """Terms of a segment with their errors; `pair` has the units of two periods."""
    after = pair.is_after.to_numpy()
    weight, value = pair.weight.to_numpy(), pair.value.to_numpy()
    whole_weight = np.array([weight[~after].sum(), weight[after].sum()])
    whole = np.array([value[~after].sum(), value[after].sum()]) / whole_weight
    own = np.array([(weight * is_in)[~after].sum(), (weight * is_in)[after].sum()])
    share = own / whole_weight
    with np.errstate(invalid="ignore"):
        score = np.array([(value * is_in)[~after].sum(), (value * is_in)[after].sum()]) / own
    is_in_both = bool(own.all())
    if not is_in_both:
        score = np.full(2, score[1] if own[1] else score[0])
    share_change, apart = share[1] - share[0], score.mean() - whole.mean()
    score_change, share_mean = score[1] - score[0], share.mean()

    side = after.astype(int)
    sign, w, r, big_r = 2 * side - 1, share[side], score[side], whole[side]
    y = value / weight
    scores = np.divide(is_in * (y - r), w, out=np.zeros(len(pair)), where=w > 0)
    half = 0.5 if is_in_both else 1
    influences = {
        "mix": sign * (is_in - w) * apart + share_change * (half * scores - (y - big_r) / 2),
        "rate": is_in_both * ((is_in - w) * score_change / 2 + sign * share_mean * scores),
        "divergence": sign * ((is_in - w) * (r - big_r) + w * (scores - (y - big_r))),
    }
    terms = {
        "share_before": share[0],
        "share_after": share[1],
        "mix": share_change * apart,
        "rate": share_mean * score_change,
        "divergence": float(np.diff(share * (score - whole))[0]),
    }
    errors = {
        f"{name}_se": per_customer(weight / whole_weight[side] * influence, pair.customer_id)
        for name, influence in influences.items()
    }
    return terms | errors


def test_terms_and_errors(explained: pd.DataFrame, units: pd.DataFrame) -> None:
    told = explained.set_index([*CHANGE, "segment_type", "segment"]).sort_index()
    checked = 0
    for (metric, version, grain, start), _ in explained.groupby(CHANGE):
        of_metric = units[(units.metric == metric) & (units.instrument_version == version)]
        period = pd.Period(start, FREQUENCIES[grain])
        periods = of_metric["at"].dt.to_period(period.freq)
        pair = of_metric[periods.isin([period - 1, period])]
        pair = pair.assign(is_after=periods == period)
        for segment_type in ("all", *TYPES):
            if pair[segment_type].isna().any() or (metric, version, grain, start) not in told.index:
                continue
            counts = pair.groupby([segment_type, "is_after"]).size().unstack(fill_value=0)
            small = counts.index[((counts > 0) & (counts < LEAST)).any(axis=1)]
            labels = pair[segment_type].where(~pair[segment_type].isin(small), "(others)")
            if labels.nunique() == 1 and segment_type != "all":
                assert (metric, version, grain, start, segment_type) not in told.index
                continue
            rows = told.loc[(metric, version, grain, start, segment_type)]
            assert set(rows.index) == set(labels)
            for label, row in rows.iterrows():
                expected = terms_of(pair, (labels == label).to_numpy(dtype=float))
                if not row.is_reportable:
                    assert row[["mix_se", "rate_se", "divergence", "p"]].isna().all()
                    expected = {name: expected[name] for name in ("mix", "rate", "share_after")}
                found = row[list(expected)].astype(float).to_dict()
                assert found == pytest.approx(expected, abs=1e-8), (metric, grain, start, label)
                checked += 1
    assert checked > 300


def test_terms_add_up_to_the_change_that_is_published(
    explained: pd.DataFrame, published: Ask
) -> None:
    sums = explained.groupby([*CHANGE, "segment_type"]).agg(
        contribution=("contribution", "sum"), change=("whole_change", "first")
    )
    assert (sums.contribution - sums.change).abs().max() < 1e-7
    values = published(
        "from marts.metric_values where segment_type = 'all' and metric <> 'ces_easy_rate'"
    ).set_index(["metric", "period_grain", "period_start"])["value"]
    totals = explained[(explained.segment_type == "all") & (explained.metric != "ces_easy_rate")]
    assert set(totals.metric) == {"nps", "csat", "logo_churn_rate", "net_revenue_retention"}
    for row in totals.itertuples():
        assert values[row.metric, row.period_grain, row.period_start] == pytest.approx(
            row.value_after
        )
        assert row.value_after - row.value_before == pytest.approx(row.whole_change, abs=1e-8)


def test_p_and_rank(explained: pd.DataFrame) -> None:
    segments = explained[explained.segment_type != "all"]
    degrees = segments[["n_before", "n_after"]].replace(0, np.nan).min(axis=1) - 1
    t = (segments.divergence / segments.divergence_se.replace(0, np.nan)).abs()
    for _, rows in segments.assign(p_alone=2 * stats.t.sf(t, degrees)).groupby(CHANGE):
        tested = rows[rows.p_alone.notna()]
        if tested.empty:
            continue
        expected = multipletests(tested.p_alone, method="holm")[1]
        assert tested.p.to_numpy() == pytest.approx(expected, abs=1e-6)
        assert rows[rows.p_alone.isna()].p.isna().all()
        assert sorted(rows["rank"]) == list(range(1, len(rows) + 1))
        by_rank = tested.sort_values("rank").p_alone.to_numpy()
        assert (np.diff(by_rank) > -1e-7).all()
        assert tested["rank"].max() == len(tested)
