"""What every asset shares: the warehouse, dbt, and one process for all steps."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from orchestration.building.project import dbt_resource
from orchestration.permissions import protect
from orchestration.running.lock import WarehouseBusy, exclusive_run, open_warehouse
from orchestration.settings import Settings

LOCK_RETRIES = 5
LOCK_WAIT_SECONDS = 10


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """The warehouse, held by one run from its first step to its last."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Keep other runs out while this one lasts."""
        with exclusive_run(self.settings):
            protect(self.settings)
            yield self

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


@dg.definitions
def resources() -> dg.Definitions:
    """One process for all steps: DuckDB has one writer, and a process costs seconds per step."""
    return dg.Definitions(
        resources={"warehouse": Warehouse(), "dbt": dbt_resource()},
        executor=dg.in_process_executor,
    )
