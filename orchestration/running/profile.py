"""Where the seconds of a run went: CPU by phase, and by asset and test as long as each took."""

import os
import time
from collections import defaultdict
from collections.abc import Mapping
from heapq import nlargest
from operator import itemgetter

import dagster as dg
from rich.table import Table

from orchestration.running.warnings import phase_of

# What dbt and the loader say of an asset or a check.
DURATION = "Execution Duration"
_SHOWN = 20


class Profile:
    """Listens to the events of one run, whose steps follow each other in this process."""

    def __init__(self) -> None:
        """Begin with what the process has done so far, its start-up."""
        self._phases: dict[str, float] = defaultdict(float)
        self._nodes: dict[str, float] = defaultdict(float)
        self._name = "start-up"
        self._taken = 0.0

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Take in one event."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        match event.event_type:
            case dg.DagsterEventType.STEP_START:
                self._enter(phase_of(event.step_key))
            case dg.DagsterEventType.ASSET_MATERIALIZATION:
                table = event.step_materialization_data.materialization
                self._add(".".join(table.asset_key.path), table.metadata)
            case dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                check = event.asset_check_evaluation_data
                name = f"{'.'.join(check.asset_key.path)} {check.check_name}"
                self._add(name, check.metadata)

    def tables(self) -> list[Table]:
        """CPU seconds by phase in the order of the run, and the longest assets and checks."""
        self._enter("what comes after")
        phases = Table("Phase", "CPU s", title="Where the seconds went", title_justify="left")
        for name, seconds in self._phases.items():
            phases.add_row(name, f"{seconds:.2f}")
        nodes = Table("Asset or check", "s", title="What took longest", title_justify="left")
        for name, seconds in nlargest(_SHOWN, self._nodes.items(), itemgetter(1)):
            nodes.add_row(name, f"{seconds:.2f}")
        return [phases, nodes]

    def _enter(self, name: str) -> None:
        """Count what was taken since the last phase began to that phase, and begin another."""
        taken = time.process_time() + sum(os.times()[2:4])
        self._phases[self._name] += taken - self._taken
        self._name, self._taken = name, taken

    def _add(self, name: str, metadata: Mapping[str, dg.MetadataValue]) -> None:
        duration = metadata.get(DURATION)
        if isinstance(duration, dg.FloatMetadataValue) and duration.value:
            self._nodes[name] += duration.value
