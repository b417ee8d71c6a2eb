"""Relative weights: published figures, laws, and what nobody claims of random numbers."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from scipy.linalg import sqrtm

from orchestration.building.fits.drivers import units
from orchestration.building.fits.drivers.fit import Gathered, fit_drivers
from orchestration.building.fits.drivers.weights import (
    Weights,
    relative_weights,
    sums_of_products,
    weigh,
)
from tests.unit.test_fitting import create_tables

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
GATHERED = Gathered("answers", "told", "written")


def test_weights_are_those_of_iopsych() -> None:
    """Example of relWt in the R package iopsych, the outcome last."""
    upper = np.zeros((5, 5))
    upper[np.triu_indices(5, 1)] = [0.2, 0.3, 0.4, -0.4, 0.5, 0.1, 0.1, 0.2, -0.3, 0.4]
    correlations = upper + upper.T + np.eye(5)
    weights = relative_weights(correlations[:4, :4], correlations[:4, 4])
    assert weights == pytest.approx([0.2407, 0.0549, 0.1214, 0.2816], abs=5e-5)
    assert weights.sum() == pytest.approx(0.6986, abs=5e-5)


def test_weights_of_two() -> None:
    """By hand, topic 12 of the definitions: r of .5, .6 and .4."""
    weights = relative_weights(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.4]))
    assert weights == pytest.approx([0.2867, 0.0867], abs=5e-5)


def drawn(seed: int, effect: float = 0.0) -> tuple[Numbers, Numbers, np.ndarray]:
    """Five predictors of 1,500 answers of 900 customers, the second of which has an effect."""
    rng = np.random.default_rng(seed)
    predictors = rng.standard_normal((1500, 5)) + 0.2 * rng.standard_normal((1500, 1))
    outcome = effect * predictors[:, 1] + rng.standard_normal(1500)
    return predictors, outcome, rng.integers(0, 900, 1500)


def weighed(predictors: Numbers, outcome: Numbers, customers: np.ndarray) -> Weights:
    """Weights where the customers are drawn in 500 groups."""
    chance = np.random.default_rng(5).standard_normal(len(outcome))
    columns = np.column_stack([np.ones(len(outcome)), predictors, chance, outcome])
    order = np.argsort(customers % 500)
    return weigh(sums_of_products(columns[order], (customers % 500)[order], 500))


def test_weights_add_up_to_what_a_regression_explains() -> None:
    predictors, outcome, customers = drawn(1, 0.3)
    found = weighed(predictors, outcome, customers)
    correlations = np.asarray(np.corrcoef(np.column_stack([predictors, outcome]), rowvar=False))
    root = np.asarray(np.real(sqrtm(correlations[:5, :5])))
    beta = np.linalg.solve(root, correlations[:5, 5])
    assert found.importance == pytest.approx(root**2 @ beta**2)
    design = np.column_stack([np.ones(1500), predictors])
    left = outcome - design @ np.linalg.lstsq(design, outcome)[0]
    assert found.r_squared == pytest.approx(1 - left.var() / outcome.var())
    assert found.correlation == pytest.approx(correlations[:5, 5])


def test_what_has_an_effect_is_told_from_what_has_none() -> None:
    found = weighed(*drawn(2, 0.3))
    assert found.is_above_chance.tolist() == [False, True, False, False, False]
    assert found.rank.tolist() == [2, 1, 2, 2, 2]
    assert (found.low <= found.importance).all() and (found.importance <= found.high).all()


def test_of_random_numbers_little_is_claimed() -> None:
    claims = [weighed(*drawn(seed)).is_above_chance.any() for seed in range(40)]
    assert sum(claims) <= 4


def test_who_answers_often_is_one_customer() -> None:
    """The same answers of fifty customers, thirty each, leave an interval that is wider."""
    predictors, outcome, customers = drawn(3, 0.3)
    mine = np.random.default_rng(3).standard_normal((50, 1))[customers % 50]
    clustered = predictors + 3 * mine
    alone = weighed(clustered, outcome + mine[:, 0], np.arange(1500))
    together = weighed(clustered, outcome + mine[:, 0], customers % 50)
    assert together.importance == pytest.approx(alone.importance)
    assert (together.high - together.low).sum() > 1.5 * (alone.high - alone.low).sum()


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Answers of 400 customers in the total and in two plans, and what was known before."""
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute(
            """
            create table answers as
            select
                'csat' as outcome, segment_type,
                if(segment_type = 'all', 'all', if(n % 2 = 0, 'A', 'B')) as segment,
                'u' || n as unit_id, 'k' || n % 400 as customer_id,
                if(hash(n) % 10 < if(n % 5 = 0, 3, 8), 1.0, 0.0) as score
            from range(1000) as units(n) cross join (values ('all'), ('plan')) as t(segment_type);
            create table told as
            select 'csat' as outcome, 'u' || n as unit_id, 'late' as driver, true as is_count,
                1.0 as value
            from range(1000) as units(n) where n % 5 = 0
            union all
            select 'csat', 'u' || n, 'wait', false, hash(n, 1) % 100
            from range(1000) as units(n) where n % 3 = 0;
            create table written as
            select 'csat' as outcome, 'u' || n as unit_id, 'h' || n % 2 as text_hash
            from range(100) as units(n) cross join range(2)
            """
        )
        yield connection


def stored(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("from fits.driver_weights order by all").fetchall()


def test_weights_are_stored_once_for_the_same(connection: duckdb.DuckDBPyConnection) -> None:
    assert fit_drivers(connection, GATHERED).is_new
    first = stored(connection)
    assert len(first) == 6
    assert not fit_drivers(connection, GATHERED).is_new
    connection.execute("create table reversed as from answers order by unit_id desc")
    connection.execute("drop table answers; alter table reversed rename to answers")
    assert not fit_drivers(connection, GATHERED).is_new
    assert stored(connection) == first


@pytest.mark.parametrize(
    "changed",
    [
        "update answers set score = 1 - score where unit_id = 'u21'",
        "update told set value = value + 50 where unit_id = 'u21'",
    ],
)
def test_segments_whose_units_changed_are_weighed_anew_and_no_others(
    changed: str, connection: duckdb.DuckDBPyConnection
) -> None:
    """The unit is of plan B; a fit of everything finds the same."""
    fit_drivers(connection, GATHERED)
    first = stored(connection)
    connection.execute(changed)
    report = fit_drivers(connection, GATHERED)
    assert report.is_new and report.models[0]["outcome"] == "csat"
    second = stored(connection)
    assert {row[3] for row in set(first) & set(second)} == {"A"}
    assert {row[3] for row in set(second) - set(first)} == {"all", "B"}
    connection.execute("delete from fits.driver_weights")
    fit_drivers(connection, GATHERED)
    assert stored(connection) == second


def test_a_segment_that_is_gone_has_no_weights(connection: duckdb.DuckDBPyConnection) -> None:
    fit_drivers(connection, GATHERED)
    connection.execute("delete from answers where segment = 'B'")
    assert fit_drivers(connection, GATHERED).is_new
    assert {row[3] for row in stored(connection)} == {"all", "A"}


def test_units_are_weighed_a_few_at_a_time_as_all_at_once(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_drivers(connection, GATHERED)
    at_once = stored(connection)
    monkeypatch.setattr(units, "_UNITS_AT_ONCE", 10)
    connection.execute("delete from fits.driver_weights")
    fit_drivers(connection, GATHERED)
    assert stored(connection) == at_once


def correlations(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    found = connection.execute(
        "select driver, correlation from fits.driver_weights where segment_type = 'all'"
    )
    return dict(found.fetchall())


def test_who_did_not_wait_stands_for_the_mean(connection: duckdb.DuckDBPyConnection) -> None:
    """And who was never late was so no times."""
    fit_drivers(connection, GATHERED)
    told = connection.execute(
        """
        select score, late.value, wait.value from answers
        left join told as late on late.unit_id = answers.unit_id and late.driver = 'late'
        left join told as wait on wait.unit_id = answers.unit_id and wait.driver = 'wait'
        where segment_type = 'all'
        """
    ).fetchall()
    score, late, wait = (np.array(column, dtype=float) for column in zip(*told, strict=True))
    late[np.isnan(late)], wait[np.isnan(wait)] = 0, np.nanmean(wait)
    assert correlations(connection) == {
        "late": pytest.approx(np.corrcoef(late, score)[0, 1]),
        "wait": pytest.approx(np.corrcoef(wait, score)[0, 1]),
    }


def test_constants_and_doubles_are_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        insert into told
        select distinct 'csat', unit_id, 'always', true, 7.0 from answers
        union all
        select outcome, unit_id, 'longer', is_count, 2 * value + 1 from told where driver = 'wait'
        """
    )
    fit_drivers(connection, GATHERED)
    assert correlations(connection).keys() == {"late", "longer"}


def test_where_all_scores_are_the_same_nothing_drives_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("update answers set score = 1")
    assert fit_drivers(connection, GATHERED).models == []


def test_late_is_told_from_waits(connection: duckdb.DuckDBPyConnection) -> None:
    fit_drivers(connection, GATHERED)
    found = connection.execute(
        """
        select driver, rank, is_above_chance, correlation < 0 from fits.driver_weights
        where segment_type = 'all' order by rank
        """
    ).fetchall()
    assert found[0] == ("late", 1, True, True)
    assert found[1][:3] == ("wait", 2, False)


def test_themes_of_what_was_written_are_drivers(connection: duckdb.DuckDBPyConnection) -> None:
    """Before 100 of 1,000 answers two texts each; those before half of them are about the price."""
    assert fit_drivers(connection, GATHERED).models[0]["drivers"] == 2
    connection.execute("insert into fits.text_themes values ('h0', 'price'), ('other', 'staff')")
    assert fit_drivers(connection, GATHERED).models[0]["drivers"] == 3
    found = connection.execute(
        "select driver, performance from fits.driver_weights where segment_type = 'all' order by 1"
    ).fetchall()
    waits = connection.execute("select avg(value) from told where driver = 'wait'").fetchall()
    assert found == [("late", 0.2), ("theme price", 0.1), ("wait", pytest.approx(waits[0][0]))]


def test_without_units_nothing_is_weighed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from answers; delete from told")
    assert fit_drivers(connection, GATHERED).models == []
    assert stored(connection) == []


def test_units_of_which_nothing_is_known_are_no_error(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("delete from told")
    assert fit_drivers(connection, GATHERED).models == []
