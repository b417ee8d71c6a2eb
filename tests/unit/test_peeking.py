"""How often experiments without any effect raise an alarm, by the macros that judge them."""

from typing import Any

import duckdb
import jinja2
import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from orchestration.settings import DBT_PROJECT_DIR

FILES = ("intervals", "normal", "proportions", "experiments")
SOURCE = "".join((DBT_PROJECT_DIR / "macros" / f"{name}.sql").read_text() for name in FILES)
PROJECT = yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text())
MACROS: Any = (
    jinja2.Environment(extensions=["jinja2.ext.do"])
    .from_string(SOURCE, globals={"var": PROJECT["vars"].__getitem__})
    .module
)
Floats = NDArray[np.float64]
EXPERIMENTS, DAYS, A_DAY = 4_000, 40, 25
ERROR = 4 * np.sqrt(0.05 * 0.95 / EXPERIMENTS)


def asked(expression: str, **columns: Floats) -> Floats:
    """An expression of SQL over columns of numbers."""
    given = {name: np.ascontiguousarray(column.ravel()) for name, column in columns.items()}
    with duckdb.connect() as connection:
        connection.register("given", given)
        found = connection.execute(f"select {expression} as found from given").fetchnumpy()
    return np.asarray(found["found"], dtype=float).reshape(next(iter(columns.values())).shape)


@pytest.fixture(scope="module")
def looks() -> tuple[Floats, Floats, Floats]:
    """Lift and standard error at the end of each day, and customers so far; values are skewed."""
    chance = np.random.default_rng(3)
    days = np.arange(1, DAYS + 1)
    n = np.broadcast_to(days * float(A_DAY), (EXPERIMENTS, DAYS))
    means, variances = [], []
    for _ in range(2):
        drawn = chance.exponential(size=(EXPERIMENTS, DAYS * A_DAY))
        last = days * A_DAY - 1
        total, squares = drawn.cumsum(axis=1)[:, last], (drawn**2).cumsum(axis=1)[:, last]
        means.append(total / n)
        variances.append((squares - total**2 / n) / (n - 1) / n)
    return means[1] - means[0], np.sqrt(variances[0] + variances[1]), 2 * n


def test_who_looks_daily_is_alarmed_in_five_of_a_hundred_at_most(
    looks: tuple[Floats, Floats, Floats],
) -> None:
    """By the interval at any time; by the other one, five times as often."""
    lift, se, n = looks
    planned = np.full_like(n, DAYS * A_DAY * 2.0)
    width = asked(MACROS.any_time_width("n", "planned"), n=n, planned=planned)
    assert np.mean((np.abs(lift) > width * se).any(axis=1)) <= 0.05
    assert np.mean((np.abs(lift) > 1.96 * se).any(axis=1)) > 0.2


def test_who_looks_at_the_end_is_alarmed_in_five_of_a_hundred_by_welch(
    looks: tuple[Floats, Floats, Floats],
) -> None:
    lift, se, n = (values[:, -1] for values in looks)
    z = asked(MACROS.normal_of_t("(lift / se)", "(n - 2)"), lift=lift, se=se, n=n)
    p = asked(MACROS.two_sided_p("z"), z=z)
    assert abs(np.mean(p < 0.05) - 0.05) < ERROR


def test_a_split_by_chance_is_taken_for_broken_as_often_as_its_p_says() -> None:
    chance = np.random.default_rng(5)
    control = chance.binomial(5_000, 0.5, size=100_000).astype(float)
    chi_square = (control - 2_500) ** 2 / 2_500 * 2
    p = asked(MACROS.two_sided_p("sqrt(x)"), x=chi_square)
    # The numbers are whole, so that p can only be so near to a level.
    assert abs(np.mean(p < 0.05) - 0.05) < 0.004
    assert abs(np.mean(p < 0.001) - 0.001) < 4 * np.sqrt(0.001 / 100_000)


def test_two_rates_that_are_one_differ_in_five_of_a_hundred() -> None:
    chance = np.random.default_rng(7)
    a, b = (chance.binomial(2_000, 0.3, size=EXPERIMENTS).astype(float) for _ in range(2))
    z = asked(MACROS.two_proportion_z("a", "2000", "b", "2000"), a=a, b=b)
    assert abs(np.mean(np.abs(z) > 1.96) - 0.05) < ERROR
