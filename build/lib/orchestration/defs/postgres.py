"""What readers of PostgreSQL see; a part of the graph where `CX_PUBLISH_POSTGRES_URL` is set."""

import dagster as dg

from orchestration.defs.resources import Warehouse
from orchestration.publishing.postgres.send import send
from orchestration.settings import Settings

KEY = dg.AssetKey(["published", "postgres"])


@dg.multi_asset(
    name="postgres",
    specs=[
        dg.AssetSpec(
            key=KEY,
            deps=[["published", "cx"]],
            group_name="published",
            description="The published tables in PostgreSQL, swapped in whole.",
            kinds={"postgres"},
        )
    ],
)
def postgres(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Send what was published; readers of the file have it already."""
    rows = send(warehouse.settings) or {}
    return dg.MaterializeResult(metadata={"tables": rows, "dagster/row_count": sum(rows.values())})


@dg.definitions
def where_it_is_set() -> dg.Definitions:
    """The asset, where there is a PostgreSQL to send to."""
    return dg.Definitions(assets=[postgres] if Settings().publish_postgres_url else [])
