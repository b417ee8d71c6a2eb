"""Approximations in SQL keep the error that they state, and intervals their coverage."""

from typing import Any

import duckdb
import jinja2
import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from scipy import stats

from orchestration.settings import DBT_PROJECT_DIR

FILES = ("intervals", "normal", "medians", "dialect/quantiles_at", "dialect/element_of")
SOURCE = "".join((DBT_PROJECT_DIR / "macros" / f"{name}.sql").read_text() for name in FILES)
PROJECT = yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text())


class Adapter:
    """Chooses among versions of a macro that of DuckDB, as dbt does."""

    @staticmethod
    def dispatch(macro: str) -> Any:
        return getattr(MACROS, f"default__{macro}")


MACROS: Any = (
    jinja2.Environment(extensions=["jinja2.ext.do"])
    .from_string(
        SOURCE,
        globals={"adapter": Adapter, "return": str, "var": PROJECT["vars"].__getitem__},
    )
    .module
)
Floats = NDArray[np.float64]


def evaluated(macro: str, values: str) -> tuple[list[float], list[float]]:
    expression = getattr(MACROS, macro)("x")
    rows = duckdb.sql(f"select x, {expression} from {values} as given (x)").fetchall()
    x, y = zip(*rows, strict=True)
    return list(x), list(y)


def test_two_sided_p_is_right_to_1e_15() -> None:
    z, p = evaluated("two_sided_p", "(select unnest(range(-1200, 1201)) / 100.0::double)")
    expected = 2 * stats.norm.sf(np.abs(z))
    assert np.max(np.abs(np.array(p) - expected)) < 1e-15
    assert np.max(np.abs(np.array(p) / expected - 1)) < 1e-7


def test_t_quantile_is_near_from_nine_degrees_of_freedom() -> None:
    degrees, t = evaluated("t_95", "(select unnest(range(9, 500)))")
    assert np.max(np.abs(np.array(t) - stats.t.ppf(0.975, degrees))) < 1.4e-5


def test_p_of_t_is_near_from_nine_degrees_of_freedom() -> None:
    t = "(select unnest(range(-1000, 1001)) / 100.0::double)"
    for degrees in (9, 9.5, 17.7765, 500, 1e6):
        normal = MACROS.normal_of_t("x", str(degrees))
        expression = MACROS.two_sided_p("z")
        rows = duckdb.sql(
            f"select x, {expression} from (select x, {normal} as z from {t} as given (x)) as normal"
        ).fetchall()
        x, p = np.array(rows, dtype=float).T
        assert np.max(np.abs(p - 2 * stats.t.sf(np.abs(x), degrees))) < 3e-9


@pytest.mark.parametrize("n", [10, 30, 300, 2_000])
@pytest.mark.slow
def test_the_interval_of_a_median_holds_it_as_often_as_order_statistics_do(n: int) -> None:
    """Its ranks lie between two whole ones, for which the binomial distribution gives the share."""
    samples = 2_000
    drawn = np.random.default_rng(1).lognormal(sigma=1.5, size=(samples, n))
    low, high = median_intervals(drawn)
    share = np.mean((low <= 1) & (high >= 1))
    rank = n / 2 - stats.norm.ppf(0.975) / 2 * np.sqrt(n)
    inner, outer = (
        1 - 2 * stats.binom.cdf(rank_below - 1, n, 0.5)
        for rank_below in (np.ceil(rank), np.floor(rank))
    )
    error = 4 * np.sqrt(0.05 * 0.95 / samples)
    assert inner - error <= share <= outer + error


def median_intervals(drawn: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bounds of the intervals of the medians of the rows."""
    quantiles = MACROS.quantiles_about_median("x")
    distance = MACROS.median_ci_distance("count(*)")
    low, high = (MACROS.median_ci_bound("quantiles", "distance", side) for side in (-1, 1))
    found = duckdb.execute(
        f"""
        with summed as (
            select row, {quantiles} as quantiles, {distance} as distance
            from (select unnest($rows) as row, unnest($values) as x) group by row
        )
        select {low} as low, {high} as high from summed
        """,
        {"rows": np.repeat(np.arange(len(drawn)), drawn.shape[1]), "values": drawn.ravel()},
    ).fetchnumpy()
    return found["low"], found["high"]
