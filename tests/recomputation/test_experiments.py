"""Experiments, recomputed customer by customer; tested by tea-tasting, statsmodels and SciPy."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
import tea_tasting as tt  # type: ignore[import-untyped]
from scipy.optimize import brentq
from scipy.stats import chisquare, norm, ttest_ind
from statsmodels.api import OLS, add_constant  # type: ignore[import-untyped]
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]
from statsmodels.stats.proportion import (  # type: ignore[import-untyped]
    confint_proportions_2indep,
    proportions_ztest,
)

from tests.integration.conftest import Warehouse
from tests.recomputation.subscriptions import Subscription
from tests.recomputation.test_support import newest, registry

Ask = Callable[[str], pd.DataFrame]
LEAST = 10
METRICS = {row["metric"]: row for row in registry("experiment_metrics")}
# The t quantile is a Cornish-Fisher expansion, 1.3e-5 too small at 9 degrees of freedom.
ERROR = 2e-5
NPS = ("nps_relationship", "nps_transactional", "nps_app")
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def measures(landed: Ask, published: Ask) -> dict[str, pd.DataFrame]:
    """Rows of customer, instant `at`, `amount` and `events` by metric or measure."""
    orders = newest(landed("orders/orders"), "order_id")
    orders = orders[orders.status.isin(["completed", "returned"]) & (orders.customer_id != "")]
    numbers = ["total_amount", "discount_amount", "refunded_amount"]
    total, discount, refund = (pd.to_numeric(orders[name]).fillna(0) for name in numbers)
    bought = (total >= 0).astype(float)
    tickets = newest(landed("tickets/tickets"), "ticket_id")
    answers = newest(landed("survey/responses"), "response_id")
    # Of texts that landed as JSON the quotes are left, the broken rows are none.
    score = pd.to_numeric(answers.score.str.strip('"'), errors="coerce")
    nps = answers.instrument_id.isin(NPS) & score.between(0, 10) & (answers.customer_id != "")
    csat = (answers.instrument_id == "csat_purchase") & score.between(1, 5)
    points = np.where(score >= 9, 100.0, np.where(score <= 6, -100.0, 0.0))
    sessions = published(
        """
        select customer_id, started_at as at, is_engaged::double as amount, 1.0 as events
        from marts.fct_sessions where not is_bot and customer_id is not null
        """
    )
    return {
        "orders": rows(orders, "ordered_at", bought, 1),
        "revenue": rows(orders, "ordered_at", total - discount - refund, bought),
        "tickets": rows(tickets, "created_at", 1, 1),
        "engaged_sessions": sessions,
        "nps": rows(answers[nps], "responded_at", points[nps], 1),
        "csat_purchase": rows(answers[csat], "responded_at", (score[csat] >= 4) * 1.0, 1),
    }


def rows(found: pd.DataFrame, instant: str, amount: Any, events: Any) -> pd.DataFrame:
    # Of three broken rows with one key any may come last; that of no instant is in quarantine.
    at = pd.to_datetime(found[instant], format="ISO8601", errors="coerce")
    told = pd.DataFrame({"customer_id": found.customer_id, "at": at})
    return told.assign(amount=amount, events=events)[(told.customer_id != "") & at.notna()]


@pytest.fixture(scope="module")
def register(landed: Ask) -> pd.DataFrame:
    return newest(landed("experiments/experiments"), "experiment_id").set_index("experiment_id")


@pytest.fixture(scope="module")
def assigned(landed: Ask, register: pd.DataFrame) -> pd.DataFrame:
    """Assignments with their instants, also of who is in several variants."""
    told = newest(
        landed("experiments/assignments"), ["experiment_id", "customer_id", "variant"]
    ).reset_index(drop=True)
    starts = told.experiment_id.map(register.starts_on)
    told["at"] = pd.to_datetime(
        told.assigned_at.where(told.assigned_at != "", starts), format="ISO8601"
    )
    told["window"] = told.experiment_id.map(register.window_days).astype(int) * DAY
    return told


@pytest.fixture(scope="module")
def subjects(assigned: pd.DataFrame) -> pd.DataFrame:
    """Who is in one variant alone."""
    return assigned.drop_duplicates(["experiment_id", "customer_id"], keep=False)


@pytest.fixture(scope="module")
def values(
    subjects: pd.DataFrame,
    register: pd.DataFrame,
    measures: dict[str, pd.DataFrame],
    subscribers: dict[str, list[Subscription]],
    landed: Ask,
    published: Ask,
) -> dict[tuple[str, str], pd.DataFrame]:
    """Per experiment and metric: customers with variant, y, d (what it is of) and x before."""
    seen = published("select customer_id, first_seen_at from marts.dim_customers")
    seen = seen.set_index("customer_id").first_seen_at
    outcomes = newest(landed("experiments/outcomes"), ["experiment_id", "customer_id", "metric"])
    found = {}
    for experiment, told in subjects.groupby("experiment_id"):
        metric = register.metric[experiment]
        own = outcomes[outcomes.experiment_id == experiment]
        for name, landing in own.groupby("metric"):
            joined = told.merge(landing, on="customer_id")
            found[experiment, name] = joined.assign(y=joined["value"].astype(float), d=1.0)
        if metric == "paying_rate":
            paid = [paying(subscribers, row) for row in told.itertuples()]
            frame = told.assign(y=[y for y, _ in paid], d=[d for _, d in paid])
            found[experiment, metric] = frame[frame.d > 0]
        elif (experiment, metric) not in found:
            rule = METRICS.get(metric, {"measure": metric, "kind": "ratio", "at_least": ""})
            done = acted(told, measures[rule["measure"]], seen)
            found[experiment, metric] = by_rule(done, rule)
    return found


def paying(subscribers: dict[str, list[Subscription]], row: Any) -> tuple[float, float]:
    held = subscribers.get(row.customer_id, [])
    pays = [any(s.paying(at) for s in held) for at in (row.at, row.at + row.window)]
    return float(all(pays)), float(pays[0])


def acted(told: pd.DataFrame, done: pd.DataFrame, seen: "pd.Series[Any]") -> pd.DataFrame:
    """What customers did in both windows, of those whose window is over."""
    told = told[told["at"] + told["window"] <= done["at"].max()].copy()
    both = told.merge(done, on="customer_id", suffixes=("", "_done"))
    since = both.at_done - both["at"]
    after = both[(since >= pd.Timedelta(0)) & (since < both.window)]
    before = both[(since < pd.Timedelta(0)) & (since >= -both.window)]
    for name, sums in (
        ("y", after.groupby("customer_id").amount.sum()),
        ("n", after.groupby("customer_id").events.sum()),
        ("x", before.groupby("customer_id").amount.sum()),
    ):
        told[name] = told.customer_id.map(sums).fillna(0.0)
    is_new = ~(told.customer_id.map(seen) <= told["at"] - told.window)
    told.loc[is_new, "x"] = np.nan
    return told


def by_rule(done: pd.DataFrame, rule: dict[str, str]) -> pd.DataFrame:
    if rule["kind"] == "ratio":
        return done[done.n > 0].assign(d=done.n).drop(columns="x")
    if rule["kind"] == "rate":
        least = float(rule["at_least"])
        x = (done.x >= least).astype(float).where(done.x.notna())
        return done.assign(y=(done.y >= least).astype(float), d=1.0, x=x)
    return done.assign(d=1.0)


def near(expected: Any) -> Any:
    return pytest.approx(expected, rel=1e-6, abs=ERROR, nan_ok=True)


def kind_of(metric: str, frame: pd.DataFrame) -> str:
    if metric in METRICS:
        return METRICS[metric]["kind"]
    if frame.d.ne(1).any() or metric in ("nps", "csat_purchase"):
        return "ratio"
    return "rate" if frame.y.isin([0, 1]).all() else "mean"


def compared(kind: str, frame: pd.DataFrame, variant: str, minimum: int) -> dict[str, float]:
    """The difference of a variant and the control by other tools."""
    arms = {name: frame[frame.variant == name] for name in ("control", variant)}
    both = pd.concat(arms.values())[["variant", "y", "d"]]
    sizes = [len(arms[name]) for name in (variant, "control")]
    if kind == "rate":
        counts = [arms[name].y.sum() for name in (variant, "control")]
        low, high = confint_proportions_2indep(
            counts[0], sizes[0], counts[1], sizes[1], method="wald", compare="diff"
        )
        lift = counts[0] / sizes[0] - counts[1] / sizes[1]
        told = {"lift": lift, "p": proportions_ztest(counts, sizes)[1]}
        told |= {"lift_ci_low": low, "lift_ci_high": high}
    else:
        ratio = tt.RatioOfMeans("y", "d", use_t=False)
        test = tt.Mean("y") if kind == "mean" else ratio
        result = tt.Experiment(m=test).analyze(both, control="control")["m"]
        told = {"lift": result.effect_size, "p": result.pvalue}
        told["lift_ci_low"] = result.effect_size_ci_lower
        told["lift_ci_high"] = result.effect_size_ci_upper
    se = errors(kind, arms[variant]) + errors(kind, arms["control"])
    width = any_time(sum(sizes), 2 * minimum) * np.sqrt(se)
    told["lift_any_time_low"] = told["lift"] - width
    told["lift_any_time_high"] = told["lift"] + width
    return told | relative(kind, told, *(arms[name] for name in (variant, "control")))


def relative(
    kind: str, told: dict[str, float], arm: pd.DataFrame, control: pd.DataFrame
) -> dict[str, float]:
    """Variant ÷ control less 1, its error linearised, as many errors wide as the lift is."""
    names = ("lift_relative", "lift_relative_ci_low", "lift_relative_ci_high")
    values = [one.y.sum() / one.d.sum() for one in (arm, control)]
    spread = np.array([errors(kind, one) for one in (arm, control)])
    if values[1] <= norm.ppf(0.975) * np.sqrt(spread[1]):
        return dict.fromkeys(names, np.nan)
    slopes = np.array([1 / values[1], -values[0] / values[1] ** 2])
    beyond = (told["lift_ci_high"] - told["lift"]) / np.sqrt(spread.sum())
    width = beyond * np.sqrt(slopes**2 @ spread)
    ratio = values[0] / values[1] - 1
    return dict(zip(names, (ratio, ratio - width, ratio + width), strict=True))


def errors(kind: str, arm: pd.DataFrame) -> float:
    """Squared standard error of an arm's value."""
    value = arm.y.sum() / arm.d.sum()
    if kind == "rate":
        return float(value * (1 - value) / len(arm))
    return float((arm.y - value * arm.d).var() / len(arm) / arm.d.mean() ** 2)


def any_time(n: float, planned: float, alpha: float = 0.05) -> float:
    u = brentq(lambda u: u - np.log(u) - 1 + 2 * np.log(alpha), 1.0001, 50)
    nu = planned / (u - 1)
    return float(np.sqrt((n + nu) / n * np.log((n + nu) / (nu * alpha**2))))


def adjusted(frame: pd.DataFrame, variant: str) -> dict[str, float]:
    """CUPED as an analysis of covariance, then Welch's test of what is left."""
    x = frame.x.fillna(frame.x.mean())
    frame = frame.assign(x=x)
    both = frame[frame.variant.isin(["control", variant])]
    is_new = (both.variant == variant).astype(float)
    fit = OLS(both.y, add_constant(pd.DataFrame({"new": is_new, "x": both.x}))).fit()
    bare = OLS(both.y, add_constant(pd.DataFrame({"new": is_new}))).fit()
    left = both.y - fit.params["x"] * both.x
    test = ttest_ind(left[is_new == 1], left[is_new == 0], equal_var=False)
    before = ttest_ind(both.x[is_new == 1], both.x[is_new == 0], equal_var=False)
    low, high = test.confidence_interval()
    return {
        "lift_adjusted": fit.params["new"],
        "lift_adjusted_ci_low": low,
        "lift_adjusted_ci_high": high,
        "p_of_adjusted": test.pvalue,
        "variance_kept": fit.ssr / bare.ssr,
        "p_before": before.pvalue,
    }


def test_lifts(
    published: Ask, values: dict[tuple[str, str], pd.DataFrame], register: pd.DataFrame
) -> None:
    found = published("select * from marts.experiment_results")
    found = found.set_index(["experiment_id", "metric", "variant"])
    assert set(found.index.droplevel("variant")) == set(values)
    tested: dict[tuple[str, str, str], float] = {}
    adjusting = set()
    for (experiment, metric), frame in values.items():
        kind = kind_of(metric, frame)
        for variant, arm in frame.groupby("variant"):
            row = found.loc[experiment, metric, variant]
            assert (row.kind, row.subjects) == (kind, len(arm)), (experiment, metric, variant)
            enough = len(arm) >= LEAST
            value = arm.y.sum() / arm.d.sum() if enough else np.nan
            assert row["value"] == near(value)
            control = frame[frame.variant == "control"]
            if variant == "control" or not enough or len(control) < LEAST:
                assert np.isnan(row.lift)
                continue
            expected = compared(kind, frame, variant, int(register.minimum_sample[experiment]))
            if "x" in frame and frame.x.notna().any():
                expected |= adjusted(frame, variant)
                adjusting.add(metric)
            else:
                assert np.isnan(row.lift_adjusted)
            for name, number in expected.items():
                assert row[name] == near(number), (experiment, variant, name)
            tested[experiment, metric, variant] = expected["p"]
    assert {kind_of(metric, frame) for (_, metric), frame in values.items()} == {
        "rate",
        "mean",
        "ratio",
    }
    assert adjusting >= {"orders", "revenue", "order_rate", "tickets"}
    for experiment, _ in values:
        of_it = {key: p for key, p in tested.items() if key[0] == experiment}
        if of_it:
            holm = multipletests(list(of_it.values()), method="holm")[1]
            assert list(found.loc[list(of_it)].p_adjusted) == near(list(holm))


def test_samples(published: Ask, assigned: pd.DataFrame, subjects: pd.DataFrame) -> None:
    found = published("select * from marts.dim_experiments").set_index("experiment_id")
    assert set(found.index) == set(assigned.experiment_id)
    for experiment, told in subjects.groupby("experiment_id"):
        row = found.loc[experiment]
        people = assigned[assigned.experiment_id == experiment].customer_id.nunique()
        assert (row.subjects, row.excluded_subjects) == (len(told), people - len(told))
        p = chisquare(told.variant.value_counts()).pvalue
        assert row.sample_ratio_p == near(p)
        invalid = p < 0.001 or people - len(told) > 0.01 * people
        assert (row.sample_status != "sound") == invalid


def test_drivers_that_evidence_names(sample: Warehouse, register: pd.DataFrame) -> None:
    """No sample as small as this weighs drivers, so that the links are those of the warehouse."""
    of_metric = {"paying_rate": "staying", "minutes_to_answer": None, "csat_purchase": "csat"}
    expected = {
        (experiment, name.lower(), of_metric.get(metric, metric))
        for experiment, evidence, metric in register[["evidence", "metric"]].itertuples()
        for name in re.findall(r"(?i)(?:^|;)\s*driver[ :]\s*([^;]+?)\s*(?=;|$)", evidence)
    }
    found = sample.query_private(
        "select experiment_id, driver, outcome from intermediate.int_experiment_drivers"
    )
    assert sorted(found) == sorted(expected)
    assert {"sessions", "theme orders", "orders"} <= {name for _, name, _ in expected}


def verdict_of(row: Any, expected: float, minimum: int) -> str:
    """By the definition, from the published numbers."""
    if row.sample_ratio_p < 0.001 or row.is_twice:
        return "invalid"
    if not row.is_mature or row.fewest < minimum or np.isnan(row.p):
        return "undecided"
    sign = np.sign(expected)
    if row.p_adjusted < 0.05 and sign * row.lift > 0:
        return "supported"
    best = row.lift_ci_high if sign > 0 else -row.lift_ci_low
    if (row.p < 0.05 and sign * row.lift < 0) or best < abs(expected):
        return "refuted"
    return "undecided"


def test_verdicts(published: Ask, register: pd.DataFrame) -> None:
    found = published(
        """
        select
            results.*,
            min(results.subjects) over (partition by experiment_id, results.metric) as fewest,
            results.excluded_subjects > 0.01 * (experiments.subjects + results.excluded_subjects)
                as is_twice
        from marts.experiment_results as results
        inner join marts.dim_experiments as experiments using (experiment_id)
        """
    )
    hypotheses = found[found.is_hypothesis]
    assert set(hypotheses.experiment_id) == set(register.index)
    for row in hypotheses.itertuples():
        told = register.loc[row.experiment_id]
        expected = verdict_of(row, float(told.expected_effect), int(told.minimum_sample))
        assert row.verdict == expected, row.experiment_id
    assert len(set(hypotheses.verdict)) >= 3
