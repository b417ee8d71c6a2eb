"""How much is generated, until when, and where its randomness comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np

from orchestration.sample.truth import CAUSES, Causes

ENDS_ON = date(2026, 6, 30)
# First second after the data, 2026-07-01, since 1970.
ENDS_AT = int(np.datetime64("2026-07-01", "s").astype(np.int64))
DAY = 86_400
WEEK = 7 * DAY
MEMORY_LIMIT = "4GB"
_FEWEST_DAYS = 90
_FEWEST_CUSTOMER_DAYS = 20_000

# A hash of (seed, label, key) gives the same number whatever the number of threads. The outer
# hash is needed: the inner one alone only XORs its last argument, so labels would correlate.
_MACROS = """
create macro u(label, key) as
    ((hash(hash({seed}, label, key)) >> 11)::double + 0.5) / 9007199254740992.0;
create macro exponential(mean, label, key) as -ln(u(label, key)) * mean;
create macro pick(options, label, key) as
    options[1 + floor(u(label, key) * len(options))::integer];
create macro at_second(seconds) as make_timestamp(seconds::bigint * 1000000);
create macro later(instant, seconds) as
    make_timestamp(epoch_us(instant) + floor(seconds)::bigint * 1000000);
create macro ends_at() as timestamp '2026-07-01';
create macro season(instant) as 0.8 + 0.2 * cos(2 * pi() * (dayofyear(instant) - 330) / 365);
create macro days_between(earlier, latest) as greatest(latest::date - earlier::date - 1, 0);
create macro how_many(per_day, most, earlier, latest, label, key) as
    least(most, floor(
        per_day * days_between(earlier, latest) * exponential(1, label, key) + u('round', key)
    ))::integer;
create macro daytime(earlier, latest, label, key) as later(
    (earlier::date + 1 + floor(u(label, key) * days_between(earlier, latest))::integer)::timestamp,
    3600 * (7 + 7 * (u('morning', key) + u('evening', key)))
);
create macro landing(instant, key) as least(
    if(u('late', key) < 0.01, last_day(last_day(instant) + 1), last_day(instant)),
    date '2026-06-30'
);
"""


@dataclass(frozen=True)
class Scope:
    """Size and seed of a sample, and what is planted in it.

    Raises:
        ValueError: the sample would be too small for every table to have rows.
    """

    customers: int
    days: int
    seed: int
    causes: Causes = CAUSES

    def __post_init__(self) -> None:
        if self.days < _FEWEST_DAYS or self.customers * self.days < _FEWEST_CUSTOMER_DAYS:
            raise ValueError(
                f"{self.customers} customers over {self.days} days are too few: take at least"
                f" {_FEWEST_DAYS} days, and {_FEWEST_CUSTOMER_DAYS} customers times days"
            )

    @property
    def starts_at(self) -> int:
        """First second of the data since 1970."""
        return ENDS_AT - self.days * DAY

    def rng(self, stream: str) -> np.random.Generator:
        """Random numbers of one named stream, for what a hash in SQL cannot draw."""
        return np.random.default_rng([self.seed, *stream.encode()])


@contextmanager
def scratch(scope: Scope) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that spills to disk, is gone afterwards, and has the drawing macros."""
    with TemporaryDirectory() as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(Path(folder) / "spill"),
            # Nothing outlives the connection; a checkpoint takes 0.5 s at 200,000 customers.
            "checkpoint_threshold": "1TB",
        }
        with duckdb.connect(config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(_MACROS.format(seed=scope.seed))
            connection.execute("create schema sim")
            yield connection
