"""What came after improvements, by regressions with errors clustered by customer."""

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
import statsmodels.formula.api as smf  # type: ignore[import-untyped]

from orchestration.settings import PROJECT_ROOT
from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of
from tests.integration.starting import run_dbt

Ask = Callable[[str], pd.DataFrame]
CHANGED_ON = pd.Timestamp("2026-03-15")
DAYS = pd.Timedelta(days=90)


@pytest.fixture(scope="module")
def effects(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Of one improvement at a touchpoint that is also about a theme."""
    warehouse = copy_of(sample, tmp_path_factory.mktemp("improved"))
    with duckdb.connect(warehouse.home / "warehouse.duckdb") as connection:
        connection.execute(
            "insert into registries.improvements values"
            " ('i', 'Parcels come earlier', 'delivery', 'price', ?)",
            [CHANGED_ON.date()],
        )
    done = run_dbt(("run", "--select", "improvements+"), warehouse.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(warehouse.home / "warehouse.duckdb", read_only=True) as connection:
        found = connection.execute("from marts.improvement_effects").df()
    return found.set_index("metric")


@pytest.fixture(scope="module")
def measured(published: Ask) -> dict[str, pd.DataFrame]:
    """Amounts with their customer and day, and whether they are of what changed, by metric."""
    answers = published("from marts.fct_survey_responses where is_scored")
    answers = answers[answers.touchpoint.notna()]
    sign = answers.answer_band.map({"positive": 1, "neutral": 0, "negative": -1})
    found = {}
    for metric, name in (("nps", "nps"), ("csat", "csat"), ("ces", "ces_easy_rate")):
        of_metric = answers.metric == metric
        amount = 100 * sign if metric == "nps" else (sign == 1).astype(float)
        found[name] = pd.DataFrame(
            {
                "who": answers.customer_id.fillna(answers.response_id),
                "day": answers.responded_date,
                "changed": (answers.touchpoint == "delivery").astype(int),
                "amount": amount.astype(float),
            }
        )[of_metric]
    texts = published("from marts.fct_texts where theme_method is not null and not is_repeat")
    themes = published("from marts.fct_text_themes").groupby("text_id").theme.agg(set)
    themes = [themes.get(text, set()) for text in texts.text_id]
    count = pd.read_csv(PROJECT_ROOT / "seeds" / "themes.csv").theme.nunique()
    found["theme_share"] = pd.concat(
        pd.DataFrame(
            {
                "who": texts.customer_id.fillna(texts.text_source + " " + texts.text_id),
                "day": texts.happened_at.dt.normalize(),
                "changed": changed,
                "amount": amount,
            }
        )
        for changed, amount in (
            (1, [float("price" in told) for told in themes]),
            (0, [len(told - {"price"}) / (count - 1) for told in themes]),
        )
    )
    return found


def test_effects_are_differences_of_differences(
    effects: pd.DataFrame, measured: dict[str, pd.DataFrame]
) -> None:
    assert set(effects.index) <= set(measured)
    compared = 0
    for metric, row in effects.iterrows():
        rows = measured[metric]
        rows = rows[(rows.day >= CHANGED_ON - DAYS) & (rows.day < CHANGED_ON + DAYS)].copy()
        rows["after"] = (rows.day >= CHANGED_ON).astype(int)
        counts = rows.groupby(["changed", "after"]).size()
        assert [row.n_before, row.n_after] == [counts.get((1, after), 0) for after in (0, 1)]
        if not row.is_reportable:
            continue
        changed = fitted("amount ~ after", rows[rows.changed == 1])
        assert row.difference == pytest.approx(changed.params["after"])
        ends = changed.conf_int().loc["after"]
        assert [row.difference_ci_low, row.difference_ci_high] == pytest.approx(list(ends))
        if np.isnan(row.effect):
            continue
        whole = fitted("amount ~ after * changed", rows)
        assert row.effect == pytest.approx(whole.params["after:changed"])
        ends = whole.conf_int().loc["after:changed"]
        assert [row.effect_ci_low, row.effect_ci_high] == pytest.approx(list(ends))
        assert row.effect_p == pytest.approx(whole.pvalues["after:changed"], abs=1e-6)
        compared += 1
    assert compared


def fitted(formula: str, rows: pd.DataFrame) -> Any:
    groups = {"groups": pd.factorize(rows.who)[0], "use_correction": False}
    return smf.ols(formula, rows).fit(cov_type="cluster", cov_kwds=groups, use_t=False)
