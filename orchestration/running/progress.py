"""Follows a run while it goes: one line per phase, and what failed in words."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from orchestration.building.project import dbt_reason
from orchestration.running.check_log import STANDS_SINCE, stops
from orchestration.running.warnings import Warned, phase_of, sentences, warned_of
from orchestration.settings import Settings
from orchestration.system_errors import with_remedy


@dataclass
class Phase:
    """What the steps of a phase have done so far."""

    steps_left: int = 0
    started_at: float = 0.0
    ended_at: float = 0.0
    tables: int = 0
    tables_standing: int = 0
    rows: int = 0
    quarantined: int = 0
    checks_passed: int = 0
    checks_failed: int = 0
    checks_standing: int = 0
    is_stopped: bool = False

    @property
    def seconds(self) -> float:
        """From the start of its first step to the end of its last so far."""
        return self.ended_at - self.started_at

    def summary(self) -> str:
        """Counts and seconds, leaving out what the phase does not do."""
        checks = self.checks_passed + self.checks_failed
        parts = [
            f"{self.tables} tables{_standing(self.tables_standing)}" if self.tables else "",
            f"{self.rows:,} rows" if self.tables else "",
            f"{self.quarantined:,} rows quarantined" if self.quarantined else "",
            f"{self.checks_passed} of {checks} checks passed{_standing(self.checks_standing)}"
            if checks
            else "",
            f"{self.seconds:.1f} s",
        ]
        return ", ".join(part for part in parts if part)


class Progress:
    """Listens to the events of one run; `show` gets a phase and its summary as it ends."""

    def __init__(
        self, steps: list[str], settings: Settings, show: Callable[[str, str], None]
    ) -> None:
        """Take the names of all steps, so that the end of a phase is known."""
        self.failures: list[str] = []
        self._warned: list[Warned] = []
        self._settings = settings
        self._show = show
        self._phases: dict[str, Phase] = defaultdict(Phase)
        for phase, count in Counter(map(phase_of, steps)).items():
            self._phases[phase].steps_left = count

    @property
    def warnings(self) -> list[str]:
        """What only warns, in sentences."""
        return sentences(self._warned)

    @property
    def seconds(self) -> dict[str, float]:
        """How long each phase took that has ended a step."""
        return {name: phase.seconds for name, phase in self._phases.items() if phase.ended_at}

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Take in one event."""
        event = entry.dagster_event
        if event is None:
            return
        if event.step_key is None:
            self._take_run_failure(event)
            return
        name = phase_of(event.step_key)
        phase = self._phases[name]
        match event.event_type:
            case dg.DagsterEventType.STEP_START:
                phase.started_at = phase.started_at or entry.timestamp
            case dg.DagsterEventType.ASSET_MATERIALIZATION:
                self._count_table(phase, event.step_materialization_data.materialization)
            case dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                self._count_check(name, event.asset_check_evaluation_data)
            case dg.DagsterEventType.STEP_FAILURE:
                self._take_step_failure(name, event)
                self._end_step(name, entry.timestamp)
            case dg.DagsterEventType.STEP_SUCCESS:
                self._end_step(name, entry.timestamp)

    def _count_table(self, phase: Phase, table: dg.AssetMaterialization) -> None:
        metadata = {key: value.value for key, value in table.metadata.items()}
        if "dagster/row_count" not in metadata:
            return
        published = metadata.get("tables")
        phase.tables += len(published) if isinstance(published, dict) else 1
        phase.tables_standing += STANDS_SINCE in metadata
        phase.rows += _integer(metadata.get("rows_loaded", metadata.get("dagster/row_count")))
        phase.quarantined += _integer(metadata.get("rows_quarantined"))

    def _count_check(self, name: str, check: dg.AssetCheckEvaluation) -> None:
        phase = self._phases[name]
        if check.passed:
            phase.checks_passed += 1
            phase.checks_standing += STANDS_SINCE in check.metadata
            return
        phase.checks_failed += 1
        phase.is_stopped = phase.is_stopped or stops(check)
        found = warned_of(check, name, self._settings)
        if stops(check):
            self.failures.append(str(found))
        else:
            self._warned.append(found)

    def _take_step_failure(self, name: str, event: dg.DagsterEvent) -> None:
        """Say why a step failed, unless failed checks have said so already."""
        if not self._phases[name].is_stopped:
            error = event.step_failure_data.error
            self._fail(f"{name} failed: {with_remedy(_reason(error), self._settings)}")

    def _take_run_failure(self, event: dg.DagsterEvent) -> None:
        if event.event_type == dg.DagsterEventType.RUN_FAILURE and not self.failures:
            # Who ends a run from outside says why in the event itself.
            error = getattr(event.event_specific_data, "error", None)
            self._fail(with_remedy(_reason(error or event), self._settings))

    def _fail(self, sentence: str) -> None:
        """Take a failure once: a full disk fails every table with the same words."""
        if sentence not in self.failures:
            self.failures.append(sentence)

    def _end_step(self, name: str, ended_at: float) -> None:
        phase = self._phases[name]
        phase.steps_left -= 1
        phase.ended_at = ended_at
        if not phase.steps_left:
            self._show(name, phase.summary())


def _standing(count: int) -> str:
    return f" ({count} stand)" if count else ""


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0


def _reason(error: object) -> str:
    """The message at the root of an error, in one line, without a traceback."""
    while cause := getattr(error, "cause", None):
        error = cause
    return dbt_reason(str(getattr(error, "message", error)))
