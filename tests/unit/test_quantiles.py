"""The rational approximations in SQL keep the error that they state, against SciPy."""

import duckdb
import jinja2
import numpy as np
from scipy import stats

from orchestration.warehouse import DBT_PROJECT_DIR

SOURCE = "".join(
    (DBT_PROJECT_DIR / "macros" / name).read_text() for name in ("intervals.sql", "normal.sql")
)
MACROS = jinja2.Environment().from_string(SOURCE).module


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
