"""Units of an outcome, and what was known before them, as sums of products by customers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from orchestration.building.fits.drivers.weights import sums_of_products
from orchestration.building.fits.maximum_likelihood import Array

# Customers are drawn in so many groups: the cost does not grow with them.
_GROUPS = 500
# What is in memory at once, whatever there is.
_UNITS_AT_ONCE = 100_000

Read = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Driver:
    """Its name, and its column in the tables `known` and `units`."""

    name: str
    column: str
    is_count: bool

    @property
    def value(self) -> str:
        """Of a count nothing known is none."""
        return f"coalesce({self.column}, 0)" if self.is_count else self.column


@dataclass(frozen=True)
class Segment:
    """What the columns of the same names have."""

    outcome: str
    segment_type: str
    segment: str


@dataclass(frozen=True)
class Varying:
    """What is not the same for all units of a segment: its drivers, and the means of its columns.

    `of` is the column of the table `units` that says which are its units. Means are of whom
    something is known of.
    """

    of: str
    drivers: list[Driver]
    means: dict[str, float]


def gather(
    connection: duckdb.DuckDBPyConnection, segments: str, asked: Sequence[Segment]
) -> list[Driver]:
    """Make the table `units` of the outcome of some segments, and name what drives it.

    A column for each driver, and one for each segment, `of_0` and so on; a random number and a
    group of customers, each of nothing but the id, so that no other unit has a say in them.

    Args:
        connection: has `known_before`, a row for each unit and driver.
        segments: quoted name of the table of units with their segments.
        asked: segments of one outcome.
    """
    drivers = _spread(connection, asked[0].outcome)
    connection.execute(
        """
        create or replace temp table asked as
        select unnest($1) as number, unnest($2) as segment_type, unnest($3) as segment
        """,
        [list(range(len(asked))), [s.segment_type for s in asked], [s.segment for s in asked]],
    )
    of_segments = ", ".join(f"bool_or(number = {n}) as of_{n}" for n in range(len(asked)))
    values = "".join(f", {driver.value} as {driver.column}" for driver in drivers)
    connection.execute(
        f"""
        create or replace temp table units as
        with placed as (
            select unit_id, customer_id, score, {of_segments}
            from {segments} inner join asked using (segment_type, segment)
            where outcome = $1
            group by unit_id, customer_id, score
        )
        select
            md5_number_lower(customer_id) % {_GROUPS} as drawn_with,
            md5_number_lower(unit_id)::double / 2 ** 64 as chance,
            placed.* exclude (unit_id, customer_id){values}
        from placed left join known using (unit_id)
        """,
        [asked[0].outcome],
    )
    return drivers


def _spread(connection: duckdb.DuckDBPyConnection, outcome: str) -> list[Driver]:
    """Make the table `known` of an outcome: a row for each unit, a column for each driver."""
    found = connection.execute(
        """
        select driver, bool_and(is_count) from known_before
        where outcome = $1 group by driver order by driver
        """,
        [outcome],
    ).fetchall()
    drivers = [Driver(name, f"driver_{n}", is_count) for n, (name, is_count) in enumerate(found)]
    values = "".join(
        f", max(value) filter (driver = ${n}) as {driver.column}"
        for n, driver in enumerate(drivers, 2)
    )
    connection.execute(
        f"""
        create or replace temp table known as
        select unit_id{values} from known_before where outcome = $1 group by unit_id
        """,
        [outcome, *(driver.name for driver in drivers)],
    )
    return drivers


def varying(
    connection: duckdb.DuckDBPyConnection, drivers: list[Driver], of: str
) -> Varying | None:
    """What varies among the units of a segment; None if not the scores, or nothing else does.

    Args:
        connection: has the table `units`.
        drivers: of its outcome.
        of: column of the segment.
    """
    columns = ["score", "chance", *(driver.column for driver in drivers)]
    means = ", ".join(
        f"if(min({column}) < max({column}), favg({column}), null)" for column in columns
    )
    found = connection.execute(f"select {means} from units where {of}").fetchall()[0]
    told = {c: mean for c, mean in zip(columns, found, strict=True) if mean is not None}
    vary = [driver for driver in drivers if driver.column in told]
    return Varying(of, vary, told) if vary and "score" in told else None


def sums_of(connection: duckdb.DuckDBPyConnection, segments: list[Varying]) -> list[Array]:
    """Of each segment sums of products of ones, drivers, chance and score, less their means.

    Who did not wait stands for the mean of those who did.

    Args:
        connection: has the table `units`.
        segments: what varies in each.

    Returns:
        Arrays of shape (groups, columns, columns), of groups that have units.
    """
    sizes = [len(segment.drivers) + 3 for segment in segments]
    sums = [np.zeros((_GROUPS, size, size)) for size in sizes]
    for read in _slices(connection):
        for segment, so_far in zip(segments, sums, strict=True):
            so_far += _sums(read, segment)
    return [of_segment[of_segment[:, 0, 0] > 0] for of_segment in sums]


def _slices(connection: duckdb.DuckDBPyConnection) -> Iterator[Read]:
    """All units, some groups of customers at a time and in their order."""
    units = connection.execute("select count(*) from units").fetchall()[0][0]
    groups = max(1, _GROUPS * _UNITS_AT_ONCE // max(units, 1))
    for first in range(0, _GROUPS, groups):
        yield connection.execute(
            """
            from units where drawn_with between $1 and $2 order by drawn_with, chance
            """,
            [first, first + groups - 1],
        ).fetchnumpy()


def _sums(read: Read, segment: Varying) -> Array:
    """What units of a segment among those read add to its sums."""
    mine = np.flatnonzero(read[segment.of])
    columns = [*(driver.column for driver in segment.drivers), "chance", "score"]
    values = [np.ones(len(mine))]
    for column in columns:
        mean = segment.means[column]
        values.append(np.ma.filled(read[column][mine], mean) - mean)
    return sums_of_products(np.column_stack(values), read["drawn_with"][mine], _GROUPS)
