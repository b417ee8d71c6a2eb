"""Garbage is collected seldom: of sqlfluff that took more than its rules, of dbt a quarter."""

import gc


def collect_seldom() -> None:
    """Whatever is there by now stays, and what comes is looked through when it is much."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 1_000)
