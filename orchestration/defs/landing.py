"""Landing folders, one asset for each source: connectors fill some, and others the rest."""

from collections.abc import Iterator, Mapping

import dagster as dg

from orchestration.contract import source_tables
from orchestration.defs.resources import Warehouse
from orchestration.owners import owners
from orchestration.reading.connectors import Deliver, connectors, land_whole
from orchestration.running.check_log import REMEDY
from orchestration.settings import Settings

_TRY_AGAIN = (
    "Files that are there were loaded; the log of the run has the error, and the next one tries"
    " again."
)


def landing_spec(source: str) -> dg.AssetSpec:
    """The landing folder of a source."""
    return dg.AssetSpec(
        key=["landing", source],
        group_name="landing",
        owners=owners(source, "landing"),
        description=f"Files that the source `{source}` delivered.",
        kinds={"file"},
        metadata={"path": dg.MetadataValue.path(str(Settings().landing_dir / source))},
    )


def connected_landing(source: str, systems: Mapping[str, Deliver]) -> dg.AssetsDefinition:
    """A landing folder that connectors fill; one that fails is a warning and stops nothing."""
    spec = landing_spec(source)

    @dg.multi_asset(
        name=f"deliver__{source}",
        specs=[spec],
        check_specs=[
            dg.AssetCheckSpec(
                f"{system}_delivers",
                asset=spec.key,
                description=f"The connector {system} ended well.",
            )
            for system in systems
        ],
    )
    def deliver_all(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None]]:
        checks = [
            _delivered(context, warehouse.settings, source, system, deliver)
            for system, deliver in systems.items()
        ]
        yield dg.MaterializeResult(check_results=checks)

    return deliver_all


def _delivered(
    context: dg.AssetExecutionContext,
    settings: Settings,
    source: str,
    system: str,
    deliver: Deliver,
) -> dg.AssetCheckResult:
    """Have a connector deliver; its error may quote a secret, so that only the log has it."""
    files, failure = 0, None
    try:
        files = land_whole(settings.landing_dir, source, system, deliver)
    except Exception as error:
        context.log.exception(f"The connector {system} failed")
        failure = f"the connector {system} delivered nothing, as it raised {type(error).__name__}"
    return dg.AssetCheckResult(
        check_name=f"{system}_delivers",
        passed=failure is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=failure,
        metadata={REMEDY: _TRY_AGAIN, "files_delivered": files},
    )


def _landing_assets() -> Iterator[dg.AssetsDefinition | dg.AssetSpec]:
    connected = connectors()
    for source in dict.fromkeys([*(table.source for table in source_tables()), *connected]):
        if source in connected:
            yield connected_landing(source, connected[source])
        else:
            yield landing_spec(source)


@dg.definitions
def landing() -> dg.Definitions:
    """Every landing folder."""
    return dg.Definitions(assets=list(_landing_assets()))
