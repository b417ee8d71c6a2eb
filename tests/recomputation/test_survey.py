"""Survey scores, recomputed in pandas, statsmodels and NumPy from the landing files."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]
from statsmodels.stats.proportion import (  # type: ignore[import-untyped]
    proportion_confint,
    proportions_ztest,
)

from tests.integration.conftest import PROJECT

Ask = Callable[[str], pd.DataFrame]
LEAST = 10
GRAINS = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
KEY = ["period_grain", "period_start", "segment_type", "segment"]
SHOWN = "segment_type in ('all', 'plan')"
# The t quantile is a Cornish-Fisher expansion, 1.3e-5 too small at 9 degrees of freedom.
NEAR = {"rtol": 1e-7, "atol": 2e-5}


@pytest.fixture(scope="module")
def customers(landed: Ask) -> pd.DataFrame:
    """Versions of customers with the instant from which each holds."""
    versions = landed("crm/customers").drop_duplicates(["customer_id", "updated_at"], keep="last")
    versions["since"] = pd.to_datetime(versions["updated_at"], errors="coerce")
    versions = versions.dropna(subset=["since", "customer_id"]).sort_values("since")
    return versions.fillna({"plan": "unknown", "country": "unknown"})


@pytest.fixture(scope="module")
def instruments(landed: Ask) -> pd.DataFrame:
    registry = pd.read_csv(PROJECT / "seeds" / "survey_instruments.csv", dtype={"version": str})
    own = landed("survey/instruments").drop(columns="_file")
    both = pd.concat([registry, own]).drop_duplicates("instrument_id")
    both = both[both["audience"] != "employee"].copy()
    for column in ("scale_min", "scale_max", "positive_min", "positive_max", "passive_min"):
        both[column] = pd.to_numeric(both[column])
    both["higher_is_better"] = both["higher_is_better"].astype(str).str.lower() == "true"
    return both


def placed(events: pd.DataFrame, instant: str, customers: pd.DataFrame) -> pd.DataFrame:
    """Events with plan and country as of their instant; the first version counts before it."""
    events = events.sort_values(instant)
    columns = customers[["customer_id", "since", "plan", "country"]]
    found = pd.merge_asof(events, columns, left_on=instant, right_on="since", by="customer_id")
    first = customers.drop_duplicates("customer_id").set_index("customer_id")
    for attribute in ("plan", "country"):
        before = found["customer_id"].map(first[attribute])
        found[attribute] = found[attribute].fillna(before).fillna("unknown")
    return found


@pytest.fixture(scope="module")
def asked(landed: Ask, instruments: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """All answers to known questions, scored or not."""
    rows = landed("survey/responses")
    rows["at"] = pd.to_datetime(rows["responded_at"], errors="coerce", format="mixed")
    given = rows["score"].notna()
    rows["score"] = pd.to_numeric(rows["score"], errors="coerce")
    # A score that is no number is quarantined; none at all is a partial answer.
    rows = rows[rows["at"].notna() & (rows["score"].notna() | ~given)]
    rows = rows.drop_duplicates("response_id", keep="last").merge(instruments, on="instrument_id")
    rows["scored"] = rows["score"].between(rows["scale_min"], rows["scale_max"])
    rows["positive"] = rows["score"].between(rows["positive_min"], rows["positive_max"])
    rows["negative"] = ~rows["positive"] & ~(rows["score"] >= rows["passive_min"])
    return placed(rows, "at", customers)


@pytest.fixture(scope="module")
def answers(asked: pd.DataFrame) -> pd.DataFrame:
    """Scored answers; of those that a customer gave to the same within a day, the last."""
    rows = asked[asked["scored"]].sort_values(["at", "response_id"])
    same = ["customer_id", "instrument_id", "touchpoint", "ticket_id", "order_id"]
    until_next = rows.groupby(same, dropna=False)["at"].shift(-1) - rows["at"]
    return rows[rows["customer_id"].isna() | ~(until_next < pd.Timedelta("24h"))].copy()


@pytest.fixture(scope="module")
def invited(
    landed: Ask, asked: pd.DataFrame, instruments: pd.DataFrame, customers: pd.DataFrame
) -> pd.DataFrame:
    """Delivered invitations."""
    rows = landed("survey/invitations").drop_duplicates("invitation_id", keep="last")
    rows["at"] = pd.to_datetime(rows["sent_at"], errors="coerce")
    rows = rows[rows["at"].notna() & (rows["bounced"].str.lower() != "true")]
    rows = rows.merge(instruments[["instrument_id", "metric"]], on="instrument_id")
    outcome = asked.set_index("response_id")
    rows["answered"] = rows["response_id"].map(outcome["scored"]).fillna(False).astype(bool)
    rows["partial"] = rows["response_id"].map(outcome["score"].isna()).fillna(False).astype(bool)
    return placed(rows, "at", customers)


def spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Each row once in the total and once in its plan, in each of its periods."""
    periods = [
        rows.assign(period_grain=grain, period_start=rows["at"].dt.to_period(code).dt.start_time)
        for grain, code in GRAINS.items()
    ]
    dated = pd.concat([*periods, rows.assign(period_grain="all", period_start=pd.NaT)])
    total = dated.assign(segment_type="all", segment="all")
    return pd.concat([total, dated.assign(segment_type="plan", segment=dated["plan"])])


def groups(rows: pd.DataFrame, *more: str) -> Any:
    return spread(rows).groupby([*KEY, *more], dropna=False)


def nps_of(promoters: float, detractors: float, n: float) -> dict[str, float]:
    """NPS, its standard error, and the adjusted Wald interval."""
    p, d = promoters / n, detractors / n
    adjusted_p, adjusted_d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    spread_of = adjusted_p + adjusted_d - (adjusted_p - adjusted_d) ** 2
    margin = stats.norm.ppf(0.975) * 100 * np.sqrt(spread_of / (n + 3))
    centre = 100 * (adjusted_p - adjusted_d)
    return {
        "value": 100 * (p - d),
        "value_se": 100 * np.sqrt(max(p + d - (p - d) ** 2, 0) / n),
        "ci_low": max(centre - margin, -100),
        "ci_high": min(centre + margin, 100),
    }


def share_of(positives: float, n: float) -> dict[str, float]:
    """A share, its standard error, and the Wilson interval."""
    low, high = proportion_confint(positives, n, method="wilson")
    share = positives / n
    return {
        "value": share,
        "value_se": np.sqrt(share * (1 - share) / n),
        "ci_low": low,
        "ci_high": high,
    }


def mean_of(values: pd.Series) -> dict[str, float]:
    """A mean, its standard error, and the t interval."""
    error = values.std() / np.sqrt(len(values))
    margin = stats.t.ppf(0.975, len(values) - 1) * error
    mean = values.mean()
    return {"value": mean, "value_se": error, "ci_low": mean - margin, "ci_high": mean + margin}


def score_of(metric: str, rows: pd.DataFrame) -> dict[str, float]:
    if metric == "nps":
        return nps_of(rows["positive"].sum(), rows["negative"].sum(), len(rows))
    return share_of(rows["positive"].sum(), len(rows))


def as_table(rows: list[dict[str, Any]], keys: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    table["period_start"] = pd.to_datetime(table["period_start"]).astype("datetime64[us]")
    return table.sort_values(keys).set_index(keys).sort_index(axis=1)


def assert_same(found: pd.DataFrame, expected: list[dict[str, Any]], keys: list[str]) -> None:
    """Published rows and recomputed ones are the same rows with the same numbers."""
    table = as_table(expected, keys)
    assert len(table) > 5
    found["period_start"] = pd.to_datetime(found["period_start"]).astype("datetime64[us]")
    found = found.sort_values(keys).set_index(keys).sort_index(axis=1)
    pd.testing.assert_frame_equal(
        found[table.columns], table, check_dtype=False, check_index_type=False, **NEAR
    )


def metric_values(published: Ask, *metrics: str) -> pd.DataFrame:
    names = ", ".join(f"'{metric}'" for metric in metrics)
    return published(
        f"""
        select {", ".join(KEY)}, metric, value, value_se, ci_low, ci_high, denominator
        from marts.metric_values where {SHOWN} and metric in ({names}) and is_reportable
        """
    )


@pytest.fixture(scope="module")
def bought(landed: Ask) -> pd.DataFrame:
    """What each order was mainly of, and whether it came in time, by order_id."""
    lines = landed("orders/items").drop_duplicates(["order_id", "line_number"], keep="last")
    lines["line"] = lines["line_number"].astype(int)
    lines["amount"] = (lines["quantity"].astype(float) * lines["unit_price"].astype(float)).abs()
    lines = lines.sort_values(["amount", "line"], ascending=[False, True])
    main = lines.drop_duplicates("order_id").set_index("order_id")
    orders = landed("orders/orders").sort_values("updated_at")
    orders = orders.drop_duplicates("order_id", keep="last").set_index("order_id")
    came, due = (pd.to_datetime(orders[name]) for name in ("delivered_at", "promised_at"))
    delivery = pd.Series(np.where(came > due, "late", "in_time"), orders.index)
    known = delivery[came.notna() & due.notna()]
    return pd.DataFrame({"product_category": main["product_category"], "delivery": known})


@pytest.mark.parametrize("attribute", ["product_category", "delivery"])
def test_csat_of_those_who_bought_the_same(
    attribute: str, published: Ask, answers: pd.DataFrame, bought: pd.DataFrame
) -> None:
    csat = answers[answers["metric"] == "csat"]
    segment = csat["order_id"].map(bought[attribute]).fillna("unknown")
    expected = csat.groupby(segment)["positive"].agg(["count", "sum"])
    assert expected["count"].min() >= LEAST and len(expected) > 2
    found = published(
        f"""
        select segment, responses, satisfied from marts.csat_by_segment
        where segment_type = '{attribute}' and period_grain = 'all'
        """
    )
    assert {row.segment: (row.responses, row.satisfied) for row in found.itertuples()} == {
        name: (row["count"], row["sum"]) for name, row in expected.iterrows()
    }


def test_csat_by_stage_of_the_journey(published: Ask, answers: pd.DataFrame) -> None:
    registry = pd.read_csv(PROJECT / "seeds" / "touchpoints.csv")
    stages = dict(zip(registry["touchpoint"], registry["stage"], strict=True))
    csat = answers[answers["metric"] == "csat"]
    segment = csat["touchpoint"].map(stages).fillna("unknown")
    expected = csat.groupby(segment)["positive"].agg(["count", "sum"])
    assert len(expected) > 1
    found = published(
        """
        select segment, responses, satisfied from marts.csat_by_segment
        where segment_type = 'stage' and period_grain = 'all' and responses > 0
        """
    )
    assert {row.segment: (row.responses, row.satisfied) for row in found.itertuples()} == {
        name: (row["count"], row["sum"]) for name, row in expected.iterrows()
    }


def test_scores(published: Ask, answers: pd.DataFrame) -> None:
    """NPS and CSAT; CES of the newest version in the period, with its mean."""
    effort = answers["metric"] == "ces"
    newest = spread(answers[effort]).groupby(["period_grain", "period_start"], dropna=False)
    versions = newest["version"].max()
    expected = []
    for metric in ("nps", "csat"):
        for key, rows in groups(answers[answers["metric"] == metric]):
            if len(rows) >= LEAST:
                score = score_of(metric, rows)
                expected.append(dict(zip(KEY, key, strict=True)) | score | {"metric": metric})
                expected[-1]["denominator"] = len(rows)
    for key, rows in groups(answers[effort], "version"):
        named = dict(zip(KEY, key, strict=False)) | {"denominator": len(rows)}
        if len(rows) >= LEAST and key[-1] == versions.loc[[key[:2]]].iloc[0]:
            easy = share_of(rows["positive"].sum(), len(rows))
            expected.append(named | easy | {"metric": "ces_easy_rate"})
            expected.append(named | mean_of(rows["score"]) | {"metric": "ces_score_mean"})
    found = metric_values(published, "nps", "csat", "ces_easy_rate", "ces_score_mean")
    assert_same(found, expected, [*KEY, "metric"])


def test_scores_by_current_plan(
    published: Ask, answers: pd.DataFrame, customers: pd.DataFrame
) -> None:
    """The second path: all answers of a customer count in the newest version's plan."""
    now = customers.drop_duplicates("customer_id", keep="last").set_index("customer_id")["plan"]
    rows = answers[answers["metric"] == "nps"].assign(responses=1)
    rows["plan_current"] = rows["customer_id"].map(now).fillna("unknown")
    rows = rows.rename(columns={"positive": "promoters", "negative": "detractors"})
    expected = rows.groupby("plan_current")[["responses", "promoters", "detractors"]].sum()
    found = published(
        """
        select segment, responses, promoters, detractors from marts.nps_by_segment
        where segment_type = 'plan_current' and period_grain = 'all' and responses > 0
        """
    ).set_index("segment")
    assert (rows["plan"] != rows["plan_current"]).any()
    assert found.to_dict("index") == expected.to_dict("index")


def test_effort_by_version(published: Ask, answers: pd.DataFrame) -> None:
    expected = [
        dict(zip([*KEY, "instrument_version"], key, strict=True))
        | {"responses": len(rows), "easy": rows["positive"].sum()}
        | mean_on_one_scale(rows, "score_mean", "score_mean_se")
        for key, rows in groups(answers[answers["metric"] == "ces"], "version")
    ]
    found = published(f"select * from marts.ces_by_segment where {SHOWN}")
    assert_same(found, expected, [*KEY, "instrument_version"])


def test_satisfaction(published: Ask, answers: pd.DataFrame) -> None:
    """Counts and means, the means where all answers of a segment are on one scale."""
    expected = [
        dict(zip(KEY, key, strict=True))
        | {"responses": len(rows), "satisfied": rows["positive"].sum()}
        | mean_on_one_scale(rows, "score_mean")
        for key, rows in groups(answers[answers["metric"] == "csat"])
    ]
    assert any(row["score_mean"] > 0 for row in expected)
    assert_same(published(f"select * from marts.csat_by_segment where {SHOWN}"), expected, KEY)


def mean_on_one_scale(rows: pd.DataFrame, *names: str) -> dict[str, float]:
    """The mean and its error under their names; missing for few answers or two scales."""
    scales = rows[["scale_min", "scale_max", "higher_is_better"]].drop_duplicates()
    if len(rows) < LEAST or len(scales) > 1:
        return dict.fromkeys(names, np.nan)
    mean = mean_of(rows["score"])
    return dict(zip(names, (mean["value"], mean["value_se"]), strict=False))


@pytest.mark.parametrize("metric", ["nps", "csat"])
def test_changes(published: Ask, answers: pd.DataFrame, metric: str) -> None:
    """Difference, z, and Holm over the plans of a period."""
    scored = {
        key: rows
        for key, rows in groups(answers[answers["metric"] == metric])
        if len(rows) >= LEAST and key[0] != "all"
    }
    changes = []
    for key, rows in scored.items():
        before_start = pd.Period(key[1], GRAINS[key[0]]) - 1
        before = scored.get((key[0], before_start.start_time, *key[2:]))
        if before is not None:
            changes.append(dict(zip(KEY, key, strict=True)) | change_of(metric, rows, before))
    table = pd.DataFrame(changes)
    table["p"] = 2 * stats.norm.sf(table["z"].abs())
    for _, family in table[table["z"].notna()].groupby(KEY[:3]):
        table.loc[family.index, "adjusted"] = multipletests(family["p"], method="holm")[1]
    found = published(
        f"""
        select {", ".join(KEY)}, {metric}_change as change, {metric}_change_z as z,
            {metric}_change_p as adjusted
        from marts.{metric}_by_segment where {SHOWN} and {metric}_change is not null
        """
    )
    assert_same(found, table.drop(columns="p").to_dict("records"), KEY)


def change_of(metric: str, now: pd.DataFrame, before: pd.DataFrame) -> dict[str, float]:
    one, other = score_of(metric, now), score_of(metric, before)
    if metric == "nps":
        error = np.hypot(one["value_se"], other["value_se"])
        z = (one["value"] - other["value"]) / error if error else np.nan
    else:
        satisfied = [now["positive"].sum(), before["positive"].sum()]
        same = sum(satisfied) in (0, len(now) + len(before))
        z = np.nan if same else proportions_ztest(satisfied, [len(now), len(before)])[0]
    return {"change": one["value"] - other["value"], "z": z}


@pytest.mark.parametrize(("metric", "lowest", "highest"), [("nps", -100, 100), ("csat", 0, 1)])
def test_precision(
    published: Ask,
    answers: pd.DataFrame,
    invited: pd.DataFrame,
    metric: str,
    lowest: int,
    highest: int,
) -> None:
    """What all who were asked could score, whatever those think who did not answer."""
    rates = groups(invited[invited["metric"] == metric])["answered"].mean().to_dict()
    expected = []
    for key, rows in groups(answers[answers["metric"] == metric]):
        if len(rows) >= LEAST:
            rate, score = rates.get(key, np.nan), score_of(metric, rows)["value"]
            bounds = [rate * score + (1 - rate) * bound for bound in (lowest, highest)]
            names = ("response_rate", "bias_low", "bias_high")
            expected.append(
                dict(zip((*KEY, *names), (*key, rate, *bounds), strict=True)) | {"n": len(rows)}
            )
    found = published(
        f"""
        select {", ".join(KEY)}, response_rate, bias_low, bias_high, n
        from marts.score_precision
        where {SHOWN} and metric = '{metric}' and is_reportable
        """
    )
    assert_same(found, expected, KEY)


@pytest.mark.parametrize("metric", ["nps", "csat"])
def test_control(published: Ask, answers: pd.DataFrame, metric: str) -> None:
    """Limits and signals of each series, and what was needed to see a change."""
    newest_on = answers["at"].max().normalize()
    series: dict[Any, list[Any]] = {}
    for (grain, start, *segment), rows in groups(answers[answers["metric"] == metric]):
        if len(rows) >= LEAST and grain != "all":
            series.setdefault((grain, *segment), []).append((start, rows))
    expected = []
    for (grain, *segment), periods in series.items():
        starts = [pd.Period(start, GRAINS[grain]) for start, _ in periods]
        is_judged = np.array([start.end_time.normalize() <= newest_on for start in starts])
        scores = np.array([score_of(metric, rows)["value"] for _, rows in periods])
        counts = np.array([len(rows) for _, rows in periods])
        base = np.flatnonzero(is_judged)[:20]
        if len(base) < 2:
            continue
        centre, unit = scores[base].mean(), np.ones(len(counts))
        if metric == "csat":
            centre = np.average(scores[base], weights=counts[base])
            unit = np.sqrt(centre * (1 - centre) / counts)
        sigma = np.abs(np.diff(((scores - centre) / unit)[base])).mean() / 1.128
        margin = 3 * unit * (sigma if metric == "nps" else max(1, sigma))
        run = 0
        for place, (start, _) in enumerate(periods):
            side = np.sign(round(scores[place] - centre, 9))
            run = side if side * run < 0 else run + side
            row = (grain, start, *segment, centre, centre - margin[place], centre + margin[place])
            names = (*KEY, "control_centre", "control_low", "control_high")
            signal = {
                "is_beyond": abs(scores[place] - centre) > margin[place],
                "is_run": abs(run) >= 8 and side != 0,
            }
            expected.append(
                dict(zip(names, row, strict=True))
                | {name: float(value and is_judged[place]) for name, value in signal.items()}
            )
    lowest = -100 if metric == "nps" else 0
    table = pd.DataFrame(expected)
    table["control_low"] = table["control_low"].clip(lower=lowest)
    table["control_high"] = table["control_high"].clip(upper=100 if metric == "nps" else 1)
    table["is_run"] *= 1 - table["is_beyond"]
    found = published(
        f"""
        select {", ".join(KEY)}, control_centre, control_low, control_high,
            coalesce(control_signal in ('above', 'below'), false)::double as is_beyond,
            coalesce(control_signal like 'run%', false)::double as is_run
        from marts.score_precision
        where {SHOWN} and metric = '{metric}' and control_low is not null
        """
    )
    assert_same(found, table.to_dict("records"), KEY)


@pytest.mark.parametrize("metric", ["nps", "csat"])
def test_channel_effects(published: Ask, answers: pd.DataFrame, metric: str) -> None:
    """Differences at the plans and countries of both channels."""
    rows = answers[answers["metric"] == metric].fillna({"channel": "unknown"})
    loss = rows["negative"] if metric == "nps" else 0
    rows = rows.assign(points=(100 if metric == "nps" else 1) * (rows["positive"] * 1 - loss))
    cells = rows.groupby(["channel", "plan", "country"])["points"].agg(["size", "mean", "var"])
    expected = []
    for one, other in combinations(sorted(set(rows["channel"])), 2):
        both = cells.loc[one].merge(
            cells.loc[other], left_index=True, right_index=True, suffixes=("", "_other")
        )
        sizes = [int(cells.loc[channel]["size"].sum()) for channel in (one, other)]
        if min(sizes) >= LEAST and len(both):
            weight = both["size"] + both["size_other"]
            variance = sum(
                within_variance(cells.loc[channel]) * (weight**2 / both[size]).sum()
                for channel, size in ((one, "size"), (other, "size_other"))
            )
            difference = np.average(both["mean"] - both["mean_other"], weights=weight)
            variance *= design_effect(rows, one, other)
            half = stats.norm.ppf(0.975) * np.sqrt(variance) / weight.sum()
            expected.append([one, other, sizes[0], difference, difference + half])
    found = published(
        f"""
        select channel, other_channel, responses, difference_standardised,
            difference_standardised_ci_high
        from marts.survey_channel_effects where metric = '{metric}'
        order by channel, other_channel
        """
    )
    assert expected
    table = pd.DataFrame(expected, columns=found.columns)
    pd.testing.assert_frame_equal(found, table, check_dtype=False, **NEAR)


def design_effect(rows: pd.DataFrame, one: str, other: str) -> float:
    """How many times as wide a variance customers who answer several times make, 1 or more."""
    cell = ["plan", "country"]
    pair = rows[rows["channel"].isin([one, other])]
    pair = pair[pair.groupby(cell)["channel"].transform("nunique") == 2]
    own = pair.groupby([*cell, "channel"])["points"]
    weight = pair.groupby(cell)["points"].transform("size") / own.transform("size")
    sign = np.where(pair["channel"] == one, 1, -1)
    influence = sign * weight * (pair["points"] - own.transform("mean"))
    customer = pair["customer_id"].fillna(pair["response_id"])
    together = (influence.groupby(customer).sum() ** 2).sum()
    return max(float(together / (influence**2).sum()), 1)


def within_variance(cells: pd.DataFrame) -> float:
    """Variance about the means of cells, of one channel."""
    freedom = cells["size"] - 1
    return float((cells["var"] * freedom).sum() / freedom.sum())


@pytest.mark.parametrize("metric", ["nps", "csat"])
def test_weighted_scores(
    published: Ask, answers: pd.DataFrame, customers: pd.DataFrame, metric: str
) -> None:
    """Raked in NumPy to the customers of the period's last day, trimmed at 5 times the median."""
    expected = []
    dated = spread(answers[answers["metric"] == metric])
    for (grain, start), rows in dated.groupby(["period_grain", "period_start"], dropna=False):
        end = pd.Timestamp.max if grain == "all" else pd.Period(start, GRAINS[grain]).end_time
        total = rows[rows["segment_type"] == "all"]
        weights = weights_of(total, base_at(end, customers))
        weighted = rows.assign(weight=rows["response_id"].map(weights)).dropna(subset=["weight"])
        for (kind, segment), members in weighted.groupby(["segment_type", "segment"]):
            everyone = rows[(rows["segment_type"] == kind) & (rows["segment"] == segment)]
            if len(everyone) >= LEAST:
                key = dict(zip(KEY, (grain, start, kind, segment), strict=True))
                expected.append(key | weighted_score(metric, members))
    found = metric_values(published, f"{metric}_weighted").drop(columns="metric")
    assert_same(found, expected, KEY)


def weighted_score(metric: str, rows: pd.DataFrame) -> dict[str, float]:
    """A weighted score with the error of Kish's effective n."""
    w = rows["weight"]
    n = w.sum() ** 2 / (w**2).sum()
    positives = n * (w * rows["positive"]).sum() / w.sum()
    negatives = n * (w * rows["negative"]).sum() / w.sum()
    score = nps_of(positives, negatives, n) if metric == "nps" else share_of(positives, n)
    return score | {"denominator": n}


def base_at(end: pd.Timestamp, customers: pd.DataFrame) -> pd.DataFrame:
    """Plan and country, at an instant, of customers signed up by it and not deleted by then."""
    first = customers.drop_duplicates("customer_id")
    last = customers.drop_duplicates("customer_id", keep="last")
    joined = pd.to_datetime(first.set_index("customer_id")["signed_up_at"])
    joined = joined.fillna(first.set_index("customer_id")["since"])
    gone = last[(last["is_deleted"].str.lower() == "true") & (last["since"] <= end)]
    there = set(joined[joined <= end].index) - set(gone["customer_id"])
    held = customers[customers["since"] <= end].drop_duplicates("customer_id", keep="last")
    held = pd.concat([held, first]).drop_duplicates("customer_id")
    return held[held["customer_id"].isin(there)]


def weights_of(rows: pd.DataFrame, base: pd.DataFrame) -> "pd.Series[float]":
    """Weight of each answer by its id; empty where raking does not meet its targets."""
    types = ("country", "plan")
    for kind in types:
        rows = rows[rows[kind].isin(set(base[kind]))]
    weights = np.ones(len(rows))
    targets = {}
    for kind in types:
        reached = base[base[kind].isin(set(rows[kind]))][kind]
        targets[kind] = reached.value_counts(normalize=True) * len(rows)
    gap = np.inf if len(rows) == 0 else 0.0
    for step in range(40):
        kind = types[step % 2]
        sums = pd.Series(weights).groupby(rows[kind].to_numpy()).sum()
        weights = weights * rows[kind].map(targets[kind] / sums).to_numpy()
    for kind in types if len(rows) else ():
        sums = pd.Series(weights).groupby(rows[kind].to_numpy()).sum()
        gap = max(gap, (sums / targets[kind] - 1).abs().max())
    cut = np.minimum(weights, 5 * np.median(weights)) if gap <= 0.001 else np.nan
    return pd.Series(cut, index=rows["response_id"])


def test_trailing_scores(published: Ask, answers: pd.DataFrame) -> None:
    """The 90 days that end with a month."""
    names = {"nps": "nps", "csat": "csat", "ces": "ces_easy_rate"}
    expected = []
    for month in pd.period_range(answers["at"].min(), answers["at"].max(), freq="M"):
        until = (month + 1).start_time
        window = answers[(answers["at"] < until) & (answers["at"] >= until - pd.Timedelta("90D"))]
        for metric, name in names.items():
            rows = window[window["metric"] == metric]
            if metric == "ces":
                rows = rows[rows["version"] == rows["version"].max()]
            plans = [("plan", plan, members) for plan, members in rows.groupby("plan")]
            for kind, segment, members in [("all", "all", rows), *plans]:
                if len(members) >= LEAST:
                    key = ("month", month.start_time, kind, segment)
                    expected.append(dict(zip(KEY, key, strict=True)) | score_of(metric, members))
                    expected[-1] |= {
                        "metric": f"{name}_trailing_90_days",
                        "denominator": len(members),
                    }
    found = metric_values(published, *(f"{name}_trailing_90_days" for name in names.values()))
    assert_same(found, expected, [*KEY, "metric"])


def test_response_and_partial_rates(published: Ask, invited: pd.DataFrame) -> None:
    expected = [
        dict(zip(KEY, key, strict=False))
        | share_of(rows[outcome].sum(), len(rows))
        | {"metric": f"{key[-1]}_{name}", "denominator": len(rows)}
        for key, rows in groups(invited, "metric")
        for outcome, name in (("answered", "response_rate"), ("partial", "partial_rate"))
        if len(rows) >= LEAST
    ]
    assert invited["partial"].any()
    names = {row["metric"] for row in expected}
    assert_same(metric_values(published, *names), expected, [*KEY, "metric"])


def test_fatigue(published: Ask, invited: pd.DataFrame) -> None:
    recent = invited[invited["at"] > invited["at"].max() - pd.Timedelta("90D")]
    plans = [("plan", plan, rows) for plan, rows in recent.groupby("plan")]
    expected = {
        (kind, segment): mean_of(rows.groupby("customer_id").size())
        for kind, segment, rows in [("all", "all", recent), *plans]
        if rows["customer_id"].nunique() >= LEAST
    }
    found = metric_values(published, "invitations_per_customer_90_days")
    assert len(found) == len(expected) >= 2
    for row in found.itertuples():
        for column, value in expected[row.segment_type, row.segment].items():
            assert getattr(row, column) == pytest.approx(value, abs=2e-5)
