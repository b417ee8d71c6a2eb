"""Values that another tool computed, beside those that are published."""

from math import isclose
from pathlib import Path

import duckdb

from benchmarks.elsewhere.values import read_values

_PUBLISHED = """
    select
        split_part(metric, '_easy', 1), strftime(period_start, '%Y-%m-%d'),
        if(segment_type = 'all', 'all', 'plan ' || segment), value
    from marts.metric_values
    where metric in ('nps', 'csat', 'ces_easy_rate') and segment_type in ('all', 'plan')
        and period_grain = 'month' and is_reportable
"""


def compared(published: Path, file: Path) -> str:
    """How many values there are, and how many of them differ or stand on one side alone."""
    with duckdb.connect(published, read_only=True) as connection:
        ours = {tuple(key): value for *key, value in connection.execute(_PUBLISHED).fetchall()}
    theirs = read_values(file)
    keys = set(ours) | set(theirs)
    different = [key for key in keys if not _agree(ours.get(key), theirs.get(key))]
    others = len(different) or "none"
    return f"{len(keys)} values of NPS, CSAT and CES, {others} of them others than ours"


def _agree(ours: float | None, theirs: float | None) -> bool:
    return ours is not None and theirs is not None and isclose(ours, theirs, abs_tol=1e-6)
