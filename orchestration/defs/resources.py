"""What every asset shares: the warehouse, and one process for all steps."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from orchestration.building.results import Asked
from orchestration.permissions import protect
from orchestration.publishing.published import current_id
from orchestration.running.completed import keep
from orchestration.running.inputs import digest
from orchestration.running.lock import WarehouseBusy, exclusive_run, open_warehouse
from orchestration.running.warnings import warnings_of
from orchestration.settings import Settings
from orchestration.spark import spark

LOCK_RETRIES = 5
LOCK_WAIT_SECONDS = 10


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """The warehouse, held by one run from its first step to its last."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Keep other runs out while this one lasts, and remember one that published all anew."""
        settings = self.settings
        with exclusive_run(settings):
            protect(settings)
            # Before anything is read: what comes meanwhile is new to the next run.
            inputs, before = digest(settings), current_id(settings.published_dir)
            yield self
            run, instance = context.dagster_run, context.instance
            is_published = current_id(settings.published_dir) != before
            if is_published and run and instance and not _is_part(run):
                keep(settings, inputs, warnings_of(instance, run.run_id, settings))

    @property
    def settings(self) -> Settings:
        """Settings as the environment has them now."""
        return Settings()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the warehouse file; a step waits while another program has it open.

        Raises:
            RetryRequested: another program has the file open.
        """
        try:
            return open_warehouse(self.settings)
        except WarehouseBusy as busy:
            raise dg.RetryRequested(LOCK_RETRIES, LOCK_WAIT_SECONDS) from busy

    @contextmanager
    def computing(self, connection: duckdb.DuckDBPyConnection) -> Iterator[Asked]:
        """What computes the models, to ask of: a connection to the file or lake, or Spark."""
        if not self.settings.is_spark:
            yield connection
            return
        with spark(self.settings) as cursor:
            yield cursor


def _is_part(run: dg.DagsterRun) -> bool:
    """Whether a user chose assets or landing dates, or takes up a run that failed."""
    is_of_days = any(tag.startswith("dagster/") and "partition" in tag for tag in run.tags)
    is_of_assets = bool(run.asset_selection or run.asset_check_selection)
    return is_of_days or is_of_assets or run.parent_run_id is not None


@dg.definitions
def resources() -> dg.Definitions:
    """One process for all steps: DuckDB has one writer, and a process costs seconds per step."""
    return dg.Definitions(
        resources={"warehouse": Warehouse()},
        executor=dg.in_process_executor,
    )
