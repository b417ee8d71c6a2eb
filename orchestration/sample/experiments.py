"""Who was put into which variant of the planted experiment."""

import duckdb

from orchestration.sample.scope import DAY, Scope
from orchestration.sample.truth import EXPERIMENT

_WINDOW_DAYS = 60

# The window opens after the first two thirds of the data.
_ASSIGNMENTS = """
create table experiments.assignments as
select
    $experiment_id as experiment_id,
    customer_id,
    if(u('variant', customer) < 0.5, 'control', 'treatment') as variant,
    later(ends_at(), $opens_seconds + $window_seconds * u('assigned', customer)) as assigned_at,
    landing(assigned_at, customer_id) as landed_on,
from sim.customers
where u('takes part', customer) < $assigned_share and assigned_at > signed_up_at
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create experiments.assignments; customers signed up by their turn take part."""
    days = scope.days // 3
    connection.execute(
        _ASSIGNMENTS,
        {
            "experiment_id": EXPERIMENT.experiment_id,
            "assigned_share": EXPERIMENT.assigned_share,
            "opens_seconds": -days * DAY,
            "window_seconds": min(days, _WINDOW_DAYS) * DAY,
        },
    )
