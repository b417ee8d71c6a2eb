"""How sure shares of customers, tickets, calls and sessions are, from their counts."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy.optimize import brentq
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

Ask = Callable[[str], pd.DataFrame]
SERIES = ["period_grain", "segment_type", "segment"]
FREQUENCIES = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}
LEAST = 10


def half_width(share: float, n: float) -> float:
    low, high = proportion_confint(share * n, n, method="wilson")
    return float(high - low) / 2


@pytest.mark.parametrize(
    ("metric", "mart", "hits", "n", "wanted"),
    [
        ("logo_churn_rate", "churn_by_segment", "customers_churned", "customers_start", 0.02),
        ("renewal_rate", "churn_by_segment", "terms_renewed", "terms_due", 0.05),
        (
            "involuntary_churn_share",
            "subscriptions_by_segment",
            "churned_involuntary",
            "(churned_voluntary + churned_involuntary)",
            0.1,
        ),
        ("trial_conversion_rate", "subscriptions_by_segment", "trials_paid", "trials_mature", 0.05),
        ("reopen_rate", "support_by_segment", "reopened", "reopens_known", 0.05),
        ("call_abandon_rate", "support_by_segment", "calls_abandoned", "calls", 0.05),
        ("bounce_rate", "web_by_segment", "(sessions - engaged_sessions)", "sessions", 0.05),
    ],
)
def test_shares(
    published: Ask,
    last_month: pd.Period,
    metric: str,
    mart: str,
    hits: str,
    n: str,
    wanted: float,
) -> None:
    counts = published(
        f"""
        select period_grain, period_start, segment_type, segment,
            {hits}::double as hits, {n}::double as n
        from marts.{mart} where {n} > 0
        """
    )
    newest_on = newest_day(published, mart) or last_month.end_time.normalize()
    found = published(f"from marts.score_precision where metric = '{metric}'")
    assert len(found) == len(counts)
    rows = counts.merge(found, on=[*SERIES, "period_start"], suffixes=("", "_found"))
    assert (rows.n == rows.n_found).all() and len(rows) == len(counts)
    told = rows[rows.n >= LEAST].copy()
    assert rows[rows.n < LEAST].half_width.isna().all()
    told["share"] = told.hits / told.n
    widths = [half_width(share, n) for share, n in zip(told.share, told.n, strict=True)]
    assert list(told.half_width) == pytest.approx(widths)
    for share in told.share.unique()[:50]:
        enough = math.ceil(brentq(lambda n, p=share: half_width(p, n) - wanted, 0.1, 1e6) - 1e-6)
        of_share = told[told.share == share]
        assert list(of_share.answers_still_needed) == [max(enough - n, 0) for n in of_share.n]
    limits = 0
    for (grain, *_), of_series in told[told.period_start.notna()].groupby(SERIES):
        limits += series_agrees(of_series.sort_values("period_start"), grain, newest_on)
    assert bool(limits) == told.control_low.notna().any()


def newest_day(published: Ask, mart: str) -> pd.Timestamp | None:
    """The newest day of what a mart counts, of single rows; None of months, which are complete."""
    instants = {
        "support_by_segment": """
            select created_at as at from marts.fct_tickets where exclusion_reason is null
            union all select queued_at from marts.fct_calls where exclusion_reason is null
        """,
        "web_by_segment": "select started_at as at from marts.fct_sessions where not is_bot",
    }
    return published(instants[mart])["at"].max().normalize() if mart in instants else None


def series_agrees(rows: pd.DataFrame, grain: str, newest_on: pd.Timestamp) -> bool:
    """Compare changes that could be seen, and limits where there are any: whether there are."""
    periods = [pd.Period(start, FREQUENCIES[grain]) for start in rows.period_start]
    shares, n = rows.share.to_numpy(), rows.n.to_numpy()
    errors = dict(zip(periods, np.sqrt(shares * (1 - shares) / n), strict=True))
    seen = [  # none where nothing varies
        2.8015852 * math.hypot(error, errors.get(period - 1, np.nan)) or np.nan
        for period, error in errors.items()
    ]
    assert list(rows.detectable_change) == pytest.approx(seen, abs=1e-6, nan_ok=True)
    is_judged = np.array([period.end_time.normalize() <= newest_on for period in periods])
    base = np.flatnonzero(is_judged)[:20]
    if len(base) < 2:
        return False
    centre = np.average(shares[base], weights=n[base])
    if centre in (0, 1):
        return False
    unit = np.sqrt(centre * (1 - centre) / n)
    spread = np.abs(np.diff(((shares - centre) / unit)[base])).mean() / 1.128
    margin = 3 * unit * max(1, spread)
    assert list(rows.control_low) == pytest.approx(list(np.clip(centre - margin, 0, 1)))
    assert list(rows.control_high) == pytest.approx(list(np.clip(centre + margin, 0, 1)))
    assert list(rows.control_signal.isin(["above", "below"])) == list(
        is_judged & (np.abs(shares - centre) > margin)
    )
    return True


def test_answers_of_those_asked(published: Ask) -> None:
    """Krejcie and Morgan's correction, by answers and invitations of the same place."""
    rows = published(
        """
        select precise.*, rates.numerator as answered, rates.denominator as invited
        from marts.score_precision as precise
        left join marts.metric_values as rates
            on rates.metric = precise.metric || '_response_rate'
            and precise.period_grain = rates.period_grain
            and precise.period_start is not distinct from rates.period_start
            and precise.segment_type = rates.segment_type and precise.segment = rates.segment
        where precise.metric in ('nps', 'csat') and precise.answers_still_needed > 0
        """
    )
    assert (rows.answers_still_needed_of_asked.notna() == rows.invited.notna()).all()
    asked = rows[rows.invited.notna()]
    base = asked.n + asked.invited - asked.answered
    enough = asked.n + asked.answers_still_needed
    # What is needed of very many is known here only rounded up.
    most, least = (
        np.ceil(needed / (1 + (needed - 1) / base) - 1e-6) - asked.n
        for needed in (enough, enough - 1)
    )
    found = asked.answers_still_needed_of_asked
    assert ((found <= most.clip(lower=0)) & (found >= least.clip(lower=0))).all()
    assert (found < asked.answers_still_needed).any()
