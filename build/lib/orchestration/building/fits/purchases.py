"""Fits purchase models to the histories that dbt built, and stores what its models go on from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from orchestration.building.fits import bg_nbd, gamma_gamma
from orchestration.building.fits.bg_nbd import Histories
from orchestration.building.fits.gamma_gamma import Spending
from orchestration.building.fits.inputs import Row, fingerprint, rows
from orchestration.building.fits.maximum_likelihood import Array

SCHEMA = "fits"
DAYS_PER_WEEK = 7

_CODE = sorted(Path(__file__).parent.glob("*.py"))
_HISTORY = "repeat_purchases, recency_days, age_days"
_GRADIENT = tuple(f"purchases_discounted_gradient_{name}" for name in ("r", "alpha", "a", "b"))


@dataclass(frozen=True)
class Report:
    """The fits that hold now, one row for each sample, and whether they are new."""

    is_new: bool
    models: list[Row]


@dataclass(frozen=True)
class Sample:
    """A period fitted to, and the forecast that is asked for."""

    name: str
    forecast_days: int
    annual_discount_rate: float


def fit_purchases(connection: duckdb.DuckDBPyConnection, histories: str) -> Report:
    """Fit BG/NBD and Gamma-Gamma to each sample, unless histories and code are those fitted last.

    Args:
        connection: the warehouse, with the tables of the schema fits.
        histories: quoted name of the table of purchase histories.
    """
    connection.execute(f"create or replace temp view histories as from {histories}")
    made_of = fingerprint(connection, [histories], _CODE)
    newest = _newest(connection)
    if newest and newest[0]["input_fingerprint"] == made_of:
        return Report(is_new=False, models=newest)
    stamp = {
        "fit_number": newest[0]["fit_number"] + 1 if newest else 1,
        "fitted_at": datetime.now(UTC).replace(tzinfo=None),
        "input_fingerprint": made_of,
    }
    connection.begin()
    connection.execute("delete from fits.purchase_predictions")
    for sample in _samples(connection):
        _insert(connection, stamp | _fit(connection, sample))
    connection.commit()
    return Report(is_new=True, models=_newest(connection))


def _newest(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The rows of the newest fit; numbered, as clocks may go back."""
    found = connection.execute(
        """
        from fits.purchase_models
        where fit_number = (select max(fit_number) from fits.purchase_models) order by sample
        """
    )
    return rows(found)


def _samples(connection: duckdb.DuckDBPyConnection) -> list[Sample]:
    query = """
        select distinct sample, forecast_days, annual_discount_rate from histories order by sample
    """
    return [Sample(*row) for row in connection.execute(query).fetchall()]


def _fit(connection: duckdb.DuckDBPyConnection, sample: Sample) -> Row:
    """Fit both models, store what they expect, and give what describes them."""
    days = connection.execute(
        f"""
        select {_HISTORY}, count(*) as customers from histories
        where sample = $sample group by all order by all
        """,
        {"sample": sample.name},
    ).fetchnumpy()
    bought = Histories(
        days["repeat_purchases"].astype(float),
        days["recency_days"] / DAYS_PER_WEEK,
        days["age_days"] / DAYS_PER_WEEK,
        days["customers"].astype(float),
    )
    purchases, parameters = _purchases_model(bought)
    if parameters:
        weeks = sample.forecast_days / DAYS_PER_WEEK
        asked = parameters, bought, weeks, sample.annual_discount_rate
        forecast, gradient = bg_nbd.forecast(*asked), bg_nbd.discounted_gradient(*asked)
        is_finite = forecast.is_finite and bool(np.all(np.isfinite(gradient)))
        purchases["bg_nbd_converged"] = is_finite
        if is_finite:
            _predict(connection, sample, days, forecast, gradient)
    compared = _comparison(connection, sample)
    return {"sample": sample.name} | purchases | _values_model(connection, sample) | compared


def _purchases_model(bought: Histories) -> tuple[Row, tuple[float, ...] | None]:
    """Columns of the BG/NBD model, and its parameters where it carries a forecast."""
    repeat_customers = int(bought.customers[bought.repeats > 0].sum())
    model: Row = {
        "customers": int(bought.customers.sum()),
        "repeat_customers": repeat_customers,
        "distinct_histories": len(bought.customers),
    }
    if not repeat_customers:
        return model, None
    found = bg_nbd.fit(bought)
    model |= dict(zip(("r", "alpha_weeks", "a", "b"), found.parameters, strict=True))
    model |= {
        "bg_nbd_log_likelihood": found.log_likelihood,
        "bg_nbd_converged": found.converged,
        "bg_nbd_covariance": _row_by_row(found.covariance),
    }
    return model, found.parameters if found.converged else None


def _values_model(connection: duckdb.DuckDBPyConnection, sample: Sample) -> Row:
    """Columns of the Gamma-Gamma model."""
    spent = connection.execute(
        """
        select valued_purchases, repeat_value_mean, count(*) as customers from histories
        where sample = $sample and repeat_value_mean > 0 group by all order by all
        """,
        {"sample": sample.name},
    ).fetchnumpy()
    customers = spent["customers"].astype(float)
    model: Row = {"spending_customers": int(customers.sum())}
    if not model["spending_customers"]:
        return model
    purchases = spent["valued_purchases"].astype(float)
    found = gamma_gamma.fit(Spending(purchases, np.asarray(spent["repeat_value_mean"]), customers))
    return (
        model
        | dict(zip(("p", "q", "v"), found.parameters, strict=True))
        | {
            "gamma_gamma_log_likelihood": found.log_likelihood,
            "gamma_gamma_converged": found.converged,
            "gamma_gamma_covariance": _row_by_row(found.covariance),
        }
    )


def _row_by_row(matrix: Array | None) -> list[float] | None:
    return None if matrix is None else matrix.ravel().tolist()


def _predict(
    connection: duckdb.DuckDBPyConnection,
    sample: Sample,
    days: dict[str, Any],
    forecast: bg_nbd.Forecast,
    gradient: Array,
) -> None:
    """Store what is expected of each distinct history, and its derivatives by the parameters."""
    expected = {name: days[name] for name in _HISTORY.split(", ")} | {
        "p_alive": forecast.p_alive,
        "purchases_expected": forecast.purchases,
        "purchases_discounted": forecast.purchases_discounted,
        **dict(zip(_GRADIENT, gradient, strict=True)),
    }
    connection.register("expected", expected)
    connection.execute(
        "insert into fits.purchase_predictions by name select *, $sample as sample from expected",
        {"sample": sample.name},
    )
    connection.unregister("expected")


def _comparison(connection: duckdb.DuckDBPyConnection, sample: Sample) -> Row:
    """What the forecast expected beside what happened; null where either is not known."""
    found = connection.execute(
        f"""
        select
            sum(purchases_next)::bigint as purchases_next,
            sum(purchases_expected) as purchases_next_expected,
            avg(abs(purchases_next - purchases_expected)) as purchases_next_mae
        from histories
        left join fits.purchase_predictions using (sample, {_HISTORY})
        where sample = $sample
        """,
        {"sample": sample.name},
    )
    columns = [column[0] for column in found.description or ()]
    return dict(zip(columns, found.fetchall()[0], strict=True))


def _insert(connection: duckdb.DuckDBPyConnection, model: Row) -> None:
    columns = ", ".join(f"${name} as {name}" for name in model)
    connection.execute(f"insert into fits.purchase_models by name select {columns}", model)
