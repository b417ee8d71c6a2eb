"""The published file, the only thing that readers see."""

import logging
from pathlib import Path

import dagster as dg

from orchestration.defs import models
from orchestration.defs.resources import Warehouse
from orchestration.owners import owners
from orchestration.publishing import published
from orchestration.publishing.publish import publish as publish_marts
from orchestration.reporting import ReportError, add_report, require_report
from orchestration.reporting.trends import headline_trends, values_by_table
from orchestration.running.check_log import checked_tables

BUILT = models.build.keys | models.build_rest.keys
MARTS = [key for key in BUILT if key.path[0] in published.SCHEMAS]


@dg.multi_asset(
    name="publish",
    specs=[
        dg.AssetSpec(
            key=["published", "cx"],
            deps=MARTS,
            group_name="published",
            owners=owners("published"),
            description="The marts as BI tools read them, swapped in whole once all gates pass.",
            kinds={"duckdb", "parquet"},
        )
    ],
)
def publish(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Publish the marts, and what the checks found."""
    if damaged := published.damage(warehouse.settings.published_dir):
        context.log.warning(damaged)
    checks = checked_tables(context.instance)
    publication = publish_marts(warehouse.settings, checks, _add_report)
    file = publication.folder / published.FILE_NAME
    for table, values in values_by_table(file).items():
        context.log_event(dg.AssetObservation(["marts", table], metadata=values))
    return dg.MaterializeResult(
        metadata={
            "publish_id": publication.publish_id,
            "path": dg.MetadataValue.path(str(publication.folder)),
            "tables": publication.rows,
            "dagster/row_count": sum(publication.rows.values()),
            "bytes": file.stat().st_size,
            **_headlines(file),
        }
    )


def _headlines(file: Path) -> dict[str, dg.TableMetadataValue]:
    """The headline metrics as a table, where there are any: Dagster refuses one without rows."""
    trends = [dg.TableRecord(trend) for trend in headline_trends(file)]
    return {"headline metrics": dg.MetadataValue.table(trends)} if trends else {}


def _add_report(building: Path) -> None:
    """Add the report; tables are published without one, and the step below then says why."""
    try:
        add_report(building)
    except ReportError as error:
        logging.getLogger(__name__).warning(error)


@dg.multi_asset(
    name="report",
    specs=[
        dg.AssetSpec(
            key=["published", "report"],
            deps=[["published", "cx"]],
            group_name="published",
            owners=owners("published"),
            description="What was published, as pages to read and print, without a server.",
            kinds={"html"},
        )
    ],
)
def report(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Require that the publish has its report, and say why if it has none."""
    first = require_report(warehouse.settings.published_dir)
    files = [file for file in first.parent.rglob("*") if file.is_file()]
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(first)),
            "pages": sum(file.suffix == ".html" for file in files),
            "bytes": sum(file.stat().st_size for file in files),
        }
    )
