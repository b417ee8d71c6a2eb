"""Fits both models with lifetimes to the histories in a Parquet file."""

import sys
import warnings

import duckdb
from lifetimes import BetaGeoFitter, GammaGammaFitter  # type: ignore[import-untyped]

from benchmarks.body import body

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with body() as found:
        rows = duckdb.sql(f"from read_parquet('{sys.argv[1]}')").df()
        spent = rows[rows["monetary_value"] > 0]
        purchases = BetaGeoFitter().fit(rows["frequency"], rows["recency"], rows["T"])
        values = GammaGammaFitter().fit(spent["frequency"], spent["monetary_value"])
        found |= dict(purchases.params_) | dict(values.params_)
