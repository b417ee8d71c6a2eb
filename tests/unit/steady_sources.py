"""Deliveries of sources that do not change, drawn from a seed, and what the history checks say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from expectations.history import as_before
from orchestration.contract import source_tables
from orchestration.loading.day_profiles import profile
from orchestration.loading.delivery import CANDIDATES
from orchestration.loading.ledger import create_tables

TABLE = next(table for table in source_tables() if table.full_name == "raw_survey.responses")
FIRST_DAY = date(2026, 1, 5)  # a Monday
Change = Callable[[pd.DataFrame], pd.DataFrame]
Found = dict[str, list[Any]]


@dataclass(frozen=True)
class Source:
    """How many rows a day has: of the first day, its growth, by day of the week, from Monday on.

    The rate, the anonymous share and the scores vary between days, by this share of themselves.
    """

    rows_a_day: float = 120
    growth_a_month: float = 0.0
    weekdays: tuple[float, ...] = (1,) * 7
    varies_by: float = 0.0
    customers: int = 5_000

    def day(self, number: int, draw: np.random.Generator) -> pd.DataFrame:
        """The answers of a day."""
        usual = self.rows_a_day * self.weekdays[number % 7]
        tilt = self.varies_by * draw.normal()
        n = draw.poisson(usual * (1 + self.growth_a_month) ** (number / 30) * np.exp(tilt))
        rows = pd.DataFrame(
            {
                "response_id": [f"r{number}-{row}" for row in range(n)],
                "instrument_id": draw.choice(["nps_relationship", "csat_support"], n, p=[0.6, 0.4]),
                "customer_id": [f"c{key}" for key in draw.integers(self.customers, size=n)],
                "responded_at": pd.Timestamp(FIRST_DAY + timedelta(days=number))
                + pd.to_timedelta(draw.integers(86_400, size=n), unit="s"),
                "score": np.clip(np.round(draw.normal(8 + tilt, 2, n)), 0, 10),
                "language": draw.choice(["en", "de"], n, p=[0.97, 0.03]),
                "channel": draw.choice(
                    ["email", "app", "web", "phone"], n, p=[0.5, 0.3, 0.17, 0.03]
                ),
                "touchpoint": "checkout",
            }
        )
        for column, share in (
            ("customer_id", 0.2 * (1 + tilt)),
            ("score", 0.05),
            ("touchpoint", 0.99),
        ):
            rows.loc[draw.random(n) < share, column] = None
        return rows


class History:
    """A raw table, and what the checks say of what comes to it."""

    def __init__(self, source: Source, seed: int) -> None:
        self.source = source
        self.draw = np.random.default_rng(seed)
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'; set threads = 1")
        create_tables(self.connection, TABLE)
        self.connection.execute(f"create temp table {CANDIDATES} as from {TABLE.full_name} limit 0")
        self.next_day = 0

    def deliver(self, days: int = 1, change: Change | None = None) -> Found:
        """Deliver the next days in one file; give what each check that fails found.

        A delivery that is changed does not stay.
        """
        numbers = range(self.next_day, self.next_day + days)
        rows = pd.concat([self.source.day(number, self.draw) for number in numbers])
        self.next_day += days
        found = self._found(rows if change is None else change(rows))
        if change is None:
            self.connection.execute(f"insert into {TABLE.full_name} by name from {CANDIDATES}")
        return found

    def _found(self, rows: pd.DataFrame) -> Found:
        landed = FIRST_DAY + timedelta(days=self.next_day - 1)
        self.connection.register("rows", rows)
        self.connection.execute(
            f"""
            create or replace temp table candidate_files as select '{landed}.csv' as file;
            delete from {CANDIDATES};
            insert into {CANDIDATES} by name
            select *, '{landed}.csv' as _file, date '{landed}' as _landing_date,
                timestamp '{landed}' + interval 29 hour as _loaded_at
            from rows;
            """
        )
        profile(self.connection, TABLE, CANDIDATES)
        return dict(self._failed())

    def _failed(self) -> Iterator[tuple[str, list[Any]]]:
        for check in as_before(TABLE):
            query = check.kwargs["unexpected_rows_query"].format(batch=CANDIDATES)
            if rows := self.connection.execute(query).fetchall():
                yield check.name, rows
