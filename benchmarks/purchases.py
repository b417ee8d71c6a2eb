"""Purchase histories of as many customers as are asked for, as BG/NBD and Gamma-Gamma suppose."""

from pathlib import Path

import duckdb
import numpy as np

from orchestration.sql import literal

_CHUNK = 20_000
_MOST = 150  # purchases of a customer
_DAYS_PER_WEEK = 7


def write_purchases(file: Path, customers: int) -> None:
    """Write frequency, recency and T in weeks of whole days, and the mean value of a purchase."""
    rng = np.random.default_rng(1)
    chunks = [_drawn(rng, min(_CHUNK, customers - begin)) for begin in range(0, customers, _CHUNK)]
    names = ("frequency", "recency", "T", "monetary_value")
    columns = {n: np.concatenate(c) for n, c in zip(names, zip(*chunks, strict=True), strict=True)}
    with duckdb.connect() as connection:
        connection.register("drawn", columns)
        connection.execute(f"copy drawn to {literal(str(file))} (format parquet)")


def _drawn(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
    age = rng.integers(60, 1_000, size)
    rate = rng.gamma(0.8, 1 / (6 * _DAYS_PER_WEEK), size)
    stops = rng.geometric(rng.beta(0.8, 2.5, size))
    times = np.cumsum(rng.exponential(1 / rate[:, None], (size, _MOST)), axis=1)
    happened = (times <= age[:, None]) & (np.arange(_MOST) < stops[:, None])
    days = np.where(happened, np.ceil(times), 0)
    frequency = happened.sum(axis=1).astype(float)
    scale = rng.gamma(4, 1 / 30, size)
    value = rng.gamma(6 * np.maximum(frequency, 1), 1 / scale) / np.maximum(frequency, 1)
    mean = np.where(frequency > 0, value.round(2), 0)
    return frequency, days.max(axis=1) / _DAYS_PER_WEEK, age / _DAYS_PER_WEEK, mean
