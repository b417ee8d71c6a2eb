"""Experiments of three variants with all who are there, one for each metric; nothing was changed.

They begin on one day, so that no customer is seen at another instant than without them.
"""

from pathlib import Path

from tests.integration.conftest import land

METRICS = (
    "orders",
    "revenue",
    "order_rate",
    "repeat_order_rate",
    "order_value",
    "tickets",
    "ticket_rate",
    "paying_rate",
    "nps",
)
VARIANTS = ("control", "new", "more")
# Of the sample, and of the others those who order and those with yearly terms.
CUSTOMERS = (
    *(f"C{n}" for n in range(1, 251)),
    *(f"B{n}" for n in range(60)),
    *(f"Y{n}" for n in range(40)),
)


def land_trials(landing: Path) -> None:
    """Put their register and assignments into a landing zone."""
    land(
        landing,
        "experiments/experiments/2026-06-30-trials.csv",
        "experiment_id,evidence,metric,expected_effect,starts_on,minimum_sample,planned_split,"
        "window_days\n"
        + "".join(
            f"trial_{metric},A guess; DRIVER  theme {metric} ;driver: {metric};our driver,"
            f'{metric},0.4,2026-03-01,40,"control:1,new:1,more:1",45\n'
            for metric in METRICS
        ),
    )
    land(
        landing,
        "experiments/assignments/2026-06-30-trials.csv",
        "experiment_id,customer_id,variant\n"
        + "".join(
            f"trial_{metric},{customer},{VARIANTS[(n * n + n // 7) % 3]}\n"
            for metric in METRICS
            for n, customer in enumerate(CUSTOMERS)
        ),
    )
