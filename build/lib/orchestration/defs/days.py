"""Landing dates as partitions: which days arrived, and which ones a run is to load again."""

from datetime import UTC, date, datetime

import dagster as dg

from orchestration.contract import source_tables
from orchestration.loading.load import DayLoad, LoadReport
from orchestration.reading.landing_zone import discover
from orchestration.settings import Settings

YEARS_SHOWN = 2
FIRST_YEAR = 1970  # a file dated 0001-01-01 would make 740,000 days, 7 s to list


def landing_days() -> dg.DailyPartitionsDefinition:
    """Every day up to today in UTC, from the January before the first one that landed.

    It goes two years back at least, so that days stay in sight when their files are moved away.
    """
    landing_dir = Settings().landing_dir
    files = (file for table in source_tables() for file in discover(landing_dir, table))
    years = {file.landing_date.year for file in files if file.landing_date}
    first = max(FIRST_YEAR, min({*years, datetime.now(UTC).year - YEARS_SHOWN}))
    return dg.DailyPartitionsDefinition(date(first, 1, 1).isoformat(), end_offset=1)


def days_to_reload(context: dg.AssetExecutionContext) -> frozenset[date] | None:
    """The days that the user chose for this run; None when it loads whatever is due."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return None
    return frozenset(map(date.fromisoformat, context.partition_keys))


def record_days(context: dg.AssetExecutionContext, asset: dg.AssetKey, report: LoadReport) -> None:
    """Note in Dagster what each day gave; that a chosen day is done it notes by itself."""
    chosen = days_to_reload(context)
    for day in report.days if chosen is None else chosen:
        counts = report.days.get(day, DayLoad(0, 0, 0))._asdict()
        if chosen is None:
            context.log_event(dg.AssetMaterialization(asset, partition=str(day), metadata=counts))
        else:
            context.add_asset_metadata(counts, asset, partition_key=str(day))
