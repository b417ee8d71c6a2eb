"""Fits both models to the histories in a Parquet file."""

import sys

import duckdb

from benchmarks.body import body
from orchestration.building.fits import bg_nbd, gamma_gamma
from orchestration.building.fits.bg_nbd import Histories
from orchestration.building.fits.gamma_gamma import Spending
from orchestration.sql import literal


def main(file: str) -> None:
    """Count equal histories, in whole days as a run does, and fit."""
    with duckdb.connect(config={"threads": 2}) as connection, body() as found:
        source = f"read_parquet({literal(file)})"
        bought = connection.sql(
            f"""
            select
                frequency::bigint as repeats, round(recency * 7)::bigint as recency_days,
                round(T * 7)::bigint as age_days, count(*)::double as n
            from {source} group by all order by all
            """
        ).fetchnumpy()
        spent = connection.sql(
            f"""
            select frequency::bigint as purchases, monetary_value, count(*)::double as n
            from {source} where monetary_value > 0 group by all order by all
            """
        ).fetchnumpy()
        repeats, recency, age = (bought[n] for n in ("repeats", "recency_days", "age_days"))
        histories = Histories(repeats.astype(float), recency / 7, age / 7, bought["n"])
        purchases = spent["purchases"].astype(float)
        spending = Spending(purchases, spent["monetary_value"], spent["n"])
        found |= dict(zip(("r", "alpha", "a", "b"), bg_nbd.fit(histories).parameters, strict=True))
        found |= dict(zip(("p", "q", "v"), gamma_gamma.fit(spending).parameters, strict=True))


if __name__ == "__main__":
    main(sys.argv[1])
