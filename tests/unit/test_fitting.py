"""What is fitted is stored once for the same histories, and again when they change."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from orchestration.building.fits import bg_nbd, gamma_gamma
from orchestration.building.fits.bg_nbd import Histories, forecast
from orchestration.building.fits.purchases import fit_purchases
from orchestration.settings import DBT_PROJECT_DIR
from tests.integration.starting import parsed_project, run_dbt
from tests.unit.test_fits import drawn

SOURCES = DBT_PROJECT_DIR / "models/intermediate/_fits__sources.yml"
(SOURCE,) = yaml.safe_load(SOURCES.read_text())["sources"]
HISTORIES = """
    create table bought (
        sample text, customer_id bigint, forecast_days integer, annual_discount_rate double,
        repeat_purchases bigint, recency_days bigint, age_days bigint, valued_purchases bigint,
        repeat_value_mean double, purchases_next bigint
    )
"""


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of the schema fits, empty."""
    connection.execute("create schema fits")
    for table in SOURCE["tables"]:
        columns = ", ".join(f"{c['name']} {c['data_type']}" for c in table["columns"])
        connection.execute(f"create table fits.{table['name']} ({columns})")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute(HISTORIES)
        yield connection


def insert(connection: duckdb.DuckDBPyConnection, order: str = "customer_id") -> None:
    """Purchases of 1,500 customers, of which 40 weeks of a forecast are known."""
    histories, spending = drawn(1)
    mean = np.zeros(len(histories.repeats))
    mean[histories.repeats > 0] = spending.mean_value
    customers = {
        "x": histories.repeats,
        "t_x": histories.recency * 7,
        "t": histories.age * 7,
        "mean": mean,
    }
    connection.register("customers", customers)
    connection.execute(
        f"""
        insert into bought
        select sample, row_number() over () as customer_id, days, rate,
            x, round(t_x), round(t), x, nullif(mean, 0),
            if(sample = 'calibration', floor(x / 2), null)
        from customers
        cross join (values ('whole', 364, 0.1), ('calibration', 280, 0)) as s(sample, days, rate)
        order by {order}
        """
    )


def stored(connection: duckdb.DuckDBPyConnection) -> list[list[Any]]:
    """Both tables, but for when it was fitted and for means over threads."""
    models = "* exclude (fitted_at, purchases_next_expected, purchases_next_mae)"
    return [
        connection.execute(f"select {models} from fits.purchase_models order by all").fetchall(),
        connection.execute("from fits.purchase_predictions order by all").fetchall(),
    ]


def test_nothing_is_fitted_anew_before_the_histories_change(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection)
    assert fit_purchases(connection, "bought").is_new
    before = stored(connection)
    again = fit_purchases(connection, "bought")
    assert not again.is_new
    assert [model["sample"] for model in again.models] == ["calibration", "whole"]
    assert stored(connection) == before

    connection.execute("delete from bought where customer_id = 1")
    changed = fit_purchases(connection, "bought")
    assert changed.is_new
    assert {model["fit_number"] for model in changed.models} == {2}
    assert len(stored(connection)[0]) == 4
    assert connection.execute(
        """
        select count(*) from bought
        anti join fits.purchase_predictions
        using (sample, repeat_purchases, recency_days, age_days)
        """
    ).fetchone() == (0,)


def test_each_sample_is_fitted_to_its_own_histories(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection)
    connection.execute("delete from bought where sample = 'calibration' and customer_id % 5 = 0")
    calibration, whole = fit_purchases(connection, "bought").models
    assert (calibration["customers"], whole["customers"]) == (1200, 1500)
    assert calibration["spending_customers"] < whole["spending_customers"]


def test_the_order_of_the_histories_shows_nowhere(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection)
    fit_purchases(connection, "bought")
    models, predictions = stored(connection)
    for table in ("bought", "fits.purchase_models", "fits.purchase_predictions"):
        connection.execute(f"delete from {table}")
    insert(connection, order="hash(x, t_x, t)")
    assert fit_purchases(connection, "bought").is_new
    assert stored(connection) == [models, predictions]
    assert (len(models), len(predictions) > 1000) == (2, True)


def test_a_forecast_is_compared_with_what_happened(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection)
    calibration, whole = fit_purchases(connection, "bought").models
    parameters = tuple(calibration[name] for name in ("r", "alpha_weeks", "a", "b"))
    histories, _ = drawn(1)
    expected = forecast(parameters, histories, 40, 0).purchases
    happened = histories.repeats // 2
    assert calibration["purchases_next"] == happened.sum()
    assert calibration["purchases_next_expected"] == pytest.approx(expected.sum())
    assert calibration["purchases_next_mae"] == pytest.approx(np.abs(happened - expected).mean())
    assert (whole["purchases_next"], whole["purchases_next_mae"]) == (None, None)
    year = forecast(parameters, histories, 52, 0).purchases.sum()
    assert whole["purchases_next_expected"] == pytest.approx(year)


def test_predictions_are_in_weeks_over_a_year_and_discounted(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection)
    _, whole = fit_purchases(connection, "bought").models
    parameters = tuple(whole[name] for name in ("r", "alpha_weeks", "a", "b"))
    rows = connection.execute("from fits.purchase_predictions where sample = 'whole'").fetchnumpy()
    histories = Histories(
        rows["repeat_purchases"].astype(float),
        rows["recency_days"] / 7,
        rows["age_days"] / 7,
        np.ones(len(rows["age_days"])),
    )
    expected = forecast(parameters, histories, 52, 0.1)
    assert rows["p_alive"] == pytest.approx(expected.p_alive)
    assert rows["purchases_expected"] == pytest.approx(expected.purchases)
    assert rows["purchases_discounted"] == pytest.approx(expected.purchases_discounted)
    for place, name in enumerate(("r", "alpha", "a", "b")):
        more, less = (
            tuple(np.array(parameters) * np.exp(step * np.eye(4)[place]))
            for step in (0.001, -0.001)
        )
        difference = (
            forecast(more, histories, 52, 0.1).purchases_discounted
            - forecast(less, histories, 52, 0.1).purchases_discounted
        )
        found = rows[f"purchases_discounted_gradient_{name}"]
        assert found == pytest.approx(difference / 0.002, rel=1e-4, abs=1e-6)


def test_covariances_are_stored_with_the_fit(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection)
    _, whole = fit_purchases(connection, "bought").models
    histories, spending = drawn(1)
    for name, found in (
        ("bg_nbd_covariance", bg_nbd.fit(histories)),
        ("gamma_gamma_covariance", gamma_gamma.fit(spending)),
    ):
        assert found.covariance is not None
        assert whole[name] == pytest.approx(found.covariance.ravel(), rel=1e-4)


@pytest.mark.slow
def test_tables_of_an_earlier_version_are_created_anew(tmp_path: Path) -> None:
    """All of them, as a fit fills several; tables of this version keep their rows."""
    warehouse, names = tmp_path / "warehouse.duckdb", [table["name"] for table in SOURCE["tables"]]
    with duckdb.connect(warehouse) as connection:
        create_tables(connection)
    shutil.copytree(parsed_project(), tmp_path / "logs" / "dbt")
    environment = os.environ | {"CX_HOME": str(tmp_path)}

    def rows_after_a_run_began(change: str) -> list[int]:
        with duckdb.connect(warehouse) as connection:
            connection.execute(change)
        done = run_dbt(("seed", "--select", "segment_types"), environment)
        assert done.returncode == 0, done.stdout
        with duckdb.connect(warehouse) as connection:
            for table in SOURCE["tables"]:
                found = connection.table(f"fits.{table['name']}").columns
                assert found == [column["name"] for column in table["columns"]]
            return [len(connection.table(f"fits.{name}")) for name in names]

    filled = "".join(f"insert into fits.{name} default values;" for name in names)
    assert set(rows_after_a_run_began(filled)) == {1}
    earlier = "alter table fits.purchase_models drop bg_nbd_covariance"
    assert set(rows_after_a_run_began(earlier)) == {0}


@pytest.mark.parametrize(
    ("change", "customers", "missing"),
    [
        ("delete from bought", None, ()),
        (
            "delete from bought where repeat_purchases > 0",
            {"repeat_customers": 0, "spending_customers": 0},
            ("r", "bg_nbd_converged", "p", "gamma_gamma_converged", "purchases_next_expected"),
        ),
        (
            "update bought set repeat_value_mean = -5 where repeat_purchases > 0",
            {"spending_customers": 0, "bg_nbd_converged": True},
            ("p", "q", "v", "gamma_gamma_converged"),
        ),
        (
            "update bought set repeat_value_mean = 20 where repeat_purchases > 0",
            {"gamma_gamma_converged": False, "bg_nbd_converged": True},
            (),
        ),
        (
            "update bought set repeat_purchases = 9, recency_days = 63, age_days = 63",
            {"bg_nbd_converged": False},
            ("purchases_next_expected",),
        ),
    ],
    ids=["nobody", "no repeat buyers", "all returned", "all spend the same", "all are alike"],
)
def test_histories_that_carry_no_prediction_stop_nothing(
    connection: duckdb.DuckDBPyConnection,
    change: str,
    customers: dict[str, Any] | None,
    missing: tuple[str, ...],
) -> None:
    insert(connection)
    connection.execute(change)
    report = fit_purchases(connection, "bought")
    assert len(report.models) == (0 if customers is None else 2)
    for model in report.models:
        assert {name: model[name] for name in customers or {}} == customers
        assert {model[name] for name in missing} <= {None}
    predicted = {model["bg_nbd_converged"] for model in report.models} == {True}
    assert bool(stored(connection)[1]) == predicted
