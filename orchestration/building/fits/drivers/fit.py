"""Weighs the drivers that dbt gathered of each outcome and segment, and stores the weights."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from orchestration.building.fits.drivers.weights import Weights, imputed, weigh
from orchestration.building.fits.inputs import Row, fingerprint, rows
from orchestration.building.fits.maximum_likelihood import Array
from orchestration.warehouse import transaction

_CODE = sorted(Path(__file__).parent.glob("*.py"))


@dataclass(frozen=True)
class Report:
    """The weights that hold now, those of the total, and whether they are new."""

    is_new: bool
    models: list[Row]


@dataclass(frozen=True)
class Gathered:
    """Quoted names of the tables of units with their segments, of what drives them, and of texts.

    Texts are what was written before, of which the fit of texts told the themes.
    """

    segments: str
    values: str
    texts: str


@dataclass(frozen=True)
class Units:
    """Units of an outcome: `predictors` of shape (units, drivers), NaN where nothing is known."""

    drivers: list[str]
    is_count: list[bool]
    predictors: Array
    scores: Array
    customers: Array


def fit_drivers(connection: duckdb.DuckDBPyConnection, gathered: Gathered) -> Report:
    """Weigh drivers, unless units, values and code are those of the last time.

    Args:
        connection: the warehouse, with the tables of the schema fits, themes of texts among them.
        gathered: what is weighed.
    """
    tables = (gathered.segments, gathered.values, gathered.texts, "fits.text_themes")
    made_of = fingerprint(connection, tables, _CODE)
    stands = connection.execute(
        "from fits.driver_weights where input_fingerprint = $1 limit 1", [made_of]
    )
    if stands.fetchall():
        return Report(is_new=False, models=_totals(connection))
    connection.execute(
        f"""
        create or replace temp table driven as
        select *, dense_rank() over (partition by outcome order by unit_id) - 1 as place
        from {gathered.segments};
        create or replace temp table known_before as
        select outcome, unit_id, driver, is_count, value from {gathered.values}
        union all
        select outcome, unit_id, 'theme ' || theme, true, count(*)
        from {gathered.texts} inner join fits.text_themes using (text_hash)
        group by outcome, unit_id, theme
        """
    )
    with transaction(connection):
        connection.execute("delete from fits.driver_weights")
        for (outcome,) in connection.execute(
            "select distinct outcome from driven order by outcome"
        ).fetchall():
            _fit(connection, outcome, made_of)
    return Report(is_new=True, models=_totals(connection))


def _totals(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    found = connection.execute(
        """
        select outcome, max(r_squared) as r_squared, count(*) as drivers
        from fits.driver_weights where segment_type = 'all' group by outcome order by outcome
        """
    )
    return rows(found)


def _fit(connection: duckdb.DuckDBPyConnection, outcome: str, made_of: str) -> None:
    units = _units(connection, outcome)
    segments = connection.execute(
        """
        select segment_type, segment, list(place order by place) from driven
        where outcome = $1 group by all order by all
        """,
        [outcome],
    ).fetchall()
    for segment_type, segment, places in segments:
        of_segment = np.array(places)
        predictors = imputed(units.predictors[of_segment], is_count=units.is_count)
        weights = weigh(predictors, units.scores[of_segment], units.customers[of_segment])
        if weights:
            stamp = {
                "input_fingerprint": made_of,
                "outcome": outcome,
                "segment_type": segment_type,
                "segment": segment,
            }
            _store(connection, stamp, units.drivers, weights)


def _units(connection: duckdb.DuckDBPyConnection, outcome: str) -> Units:
    asked = {"outcome": outcome}
    units = connection.execute(
        """
        select score, dense_rank() over (order by customer_id) as customer
        from (select distinct place, score, customer_id from driven where outcome = $outcome)
        order by place
        """,
        asked,
    ).fetchnumpy()
    drivers = connection.execute(
        """
        select driver, bool_and(is_count) from known_before
        where outcome = $outcome group by driver order by driver
        """,
        asked,
    ).fetchall()
    told = connection.execute(
        """
        select place, dense_rank() over (order by driver) - 1 as driver, value
        from known_before inner join (
            select distinct unit_id, place from driven where outcome = $outcome
        ) using (unit_id)
        where outcome = $outcome
        """,
        asked,
    ).fetchnumpy()
    predictors = np.full((len(units["score"]), len(drivers)), np.nan)
    predictors[told["place"], told["driver"]] = told["value"]
    return Units(
        drivers=[driver for driver, _ in drivers],
        is_count=[is_count for _, is_count in drivers],
        predictors=predictors,
        scores=np.asarray(units["score"], dtype=float),
        customers=np.asarray(units["customer"]),
    )


def _store(
    connection: duckdb.DuckDBPyConnection,
    stamp: Row,
    drivers: list[str],
    weights: Weights,
) -> None:
    for place, column in enumerate(weights.kept):
        row = stamp | {
            "driver": drivers[column],
            "importance": float(weights.importance[place]),
            "importance_ci_low": float(weights.low[place]),
            "importance_ci_high": float(weights.high[place]),
            "rank": int(weights.rank[place]),
            "is_above_chance": bool(weights.is_above_chance[place]),
            "performance": float(weights.performance[place]),
            "correlation": float(weights.correlation[place]),
            "r_squared": weights.r_squared,
        }
        columns = ", ".join(f"${name} as {name}" for name in row)
        connection.execute(f"insert into fits.driver_weights by name select {columns}", row)
