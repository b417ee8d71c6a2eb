"""Weighs the drivers that dbt gathered of each outcome and segment, and stores the weights."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import duckdb

from orchestration.building.fits.drivers.units import (
    Segment,
    Varying,
    gather,
    sums_of,
    varying,
)
from orchestration.building.fits.drivers.weights import Weights, weigh
from orchestration.building.fits.inputs import Row, digest, rows
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


def fit_drivers(connection: duckdb.DuckDBPyConnection, gathered: Gathered) -> Report:
    """Weigh drivers of each segment, unless its units, values and the code are those of last time.

    Args:
        connection: the warehouse, with the tables of the schema fits, themes of texts among them.
        gathered: what is weighed.
    """
    connection.execute(
        f"""
        create or replace temp table known_before as
        select outcome, unit_id, driver, is_count, value from {gathered.values}
        union all
        select outcome, unit_id, 'theme ' || theme, true, count(*)
        from {gathered.texts} inner join fits.text_themes using (text_hash)
        group by outcome, unit_id, theme
        """
    )
    made_of = _fingerprints(connection, gathered.segments)
    stand = _standing(connection)
    changed = [segment for segment in made_of if made_of[segment] not in stand]
    weighed = list(_weigh(connection, gathered.segments, changed))
    with transaction(connection):
        connection.execute(
            "delete from fits.driver_weights where not list_contains($1, input_fingerprint)",
            [list(made_of.values())],
        )
        for segment, vary, weights in weighed:
            _store(
                connection,
                {"input_fingerprint": made_of[segment]} | asdict(segment),
                vary,
                weights,
            )
    return Report(is_new=stand != _standing(connection), models=_totals(connection))


def _standing(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute("select distinct input_fingerprint from fits.driver_weights")
    return {made_of for (made_of,) in found.fetchall()}


def _fingerprints(connection: duckdb.DuckDBPyConnection, segments: str) -> dict[Segment, str]:
    """Of each segment what its weights are made of."""
    found = connection.execute(
        f"""
        with of_units as (
            select outcome, unit_id, sum(hash(driver, is_count, value)) as known
            from known_before group by outcome, unit_id
        )
        select
            outcome, segment_type, segment,
            count(*), sum(hash(unit_id, customer_id, score, known))
        from {segments} left join of_units using (outcome, unit_id)
        group by outcome, segment_type, segment order by outcome, segment_type, segment
        """
    )
    return {Segment(*told[:3]): digest(told, _CODE) for told in found.fetchall()}


def _weigh(
    connection: duckdb.DuckDBPyConnection, segments: str, changed: list[Segment]
) -> Iterator[tuple[Segment, Varying, Weights]]:
    """Segments in which anything varies, what does, and its weights."""
    for _, of_outcome in groupby(changed, attrgetter("outcome")):
        asked = list(of_outcome)
        drivers = gather(connection, segments, asked)
        told = [varying(connection, drivers, f"of_{n}") for n in range(len(asked))]
        weighable = {segment: vary for segment, vary in zip(asked, told, strict=True) if vary}
        sums = sums_of(connection, list(weighable.values()))
        for (segment, vary), of_segment in zip(weighable.items(), sums, strict=True):
            yield segment, vary, weigh(of_segment)


def _totals(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    found = connection.execute(
        """
        select outcome, max(r_squared) as r_squared, count(*) as drivers
        from fits.driver_weights where segment_type = 'all' group by outcome order by outcome
        """
    )
    return rows(found)


def _store(
    connection: duckdb.DuckDBPyConnection, stamp: Row, vary: Varying, weights: Weights
) -> None:
    kept = [vary.drivers[place] for place in weights.kept]
    columns = {
        "driver": [driver.name for driver in kept],
        "importance": weights.importance.tolist(),
        "importance_ci_low": weights.low.tolist(),
        "importance_ci_high": weights.high.tolist(),
        "rank": weights.rank.tolist(),
        "is_above_chance": weights.is_above_chance.tolist(),
        "performance": [vary.means[driver.column] for driver in kept],
        "correlation": weights.correlation.tolist(),
    }
    stamp |= {"r_squared": weights.r_squared}
    told = ", ".join(
        [f"${name} as {name}" for name in stamp]
        + [f"unnest(${name}) as {name}" for name in columns]
    )
    connection.execute(f"insert into fits.driver_weights by name select {told}", stamp | columns)
