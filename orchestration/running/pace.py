"""How far a run is, and about how long it will go on, by what its parts took when they last ran."""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.running.profile import DURATION
from orchestration.running.warnings import phase_of

_SECONDS_BETWEEN = 0.5
# From this share of a phase on its pace is that of today, before it that of the last run.
_TELLING = 0.1


@dataclass
class Taken:
    """Seconds that a phase took, and those of each model and test in it."""

    seconds: float = 0.0
    nodes: dict[str, float] = field(default_factory=dict)


class Pace:
    """Listens to one run, and keeps in a file what its parts took.

    `tell` gets a line when a phase begins, and as parts of it end, twice a second at most.
    """

    def __init__(self, steps: Sequence[str], file: Path, tell: Callable[[str], None]) -> None:
        """Take the names of all steps, and what the file says of the run before."""
        self._steps = Counter(map(phase_of, steps))
        self._file = file
        self._tell = tell
        self._before = _read(file)
        self._now: dict[str, Taken] = {}
        self._phase = ""
        self._began = self._told = time.monotonic()
        self._done: list[str] = []

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Take in one event."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        match event.event_type:
            case dg.DagsterEventType.STEP_START:
                self._enter(phase_of(event.step_key))
            case dg.DagsterEventType.STEP_SUCCESS | dg.DagsterEventType.STEP_FAILURE:
                self._now[self._phase].seconds = time.monotonic() - self._began
                self.take_in(event.step_key, self._steps[self._phase])
            case dg.DagsterEventType.ASSET_MATERIALIZATION:
                self._keep(event.step_materialization_data.materialization.metadata)
            case dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                self._keep(event.asset_check_evaluation_data.metadata)

    def take_in(self, name: str, of: int) -> None:
        """One of so many steps, or nodes of a dbt project, is done."""
        self._done.append(name)
        if of > 1 and time.monotonic() - self._told > _SECONDS_BETWEEN:
            self._say(f"{len(self._done)} of {of}")

    def save(self) -> None:
        """Keep what was taken for the next run; a phase that this one had not stays."""
        told = {name: asdict(taken) for name, taken in {**self._before, **self._now}.items()}
        self._file.write_text(json.dumps(told), encoding="utf-8")

    def _enter(self, phase: str) -> None:
        if phase not in self._now:
            known = self._before.get(phase, Taken())
            self._now[phase] = Taken(nodes=dict(known.nodes))
            self._phase, self._began, self._done = phase, time.monotonic(), []
            self._say("")

    def _keep(self, metadata: Mapping[str, dg.MetadataValue]) -> None:
        node, seconds = metadata.get("unique_id"), metadata.get(DURATION)
        if node and isinstance(seconds, dg.FloatMetadataValue) and seconds.value:
            self._now[self._phase].nodes[str(node.value)] = round(seconds.value, 3)

    def _say(self, done: str) -> None:
        self._told = time.monotonic()
        left = f"about {in_words(self._left())} left" if self._phase in self._before else ""
        self._tell(f"{self._phase:12}{', '.join(filter(None, (done, left)))}")

    def _left(self) -> float:
        """Seconds of what is left of this phase, and of those that come after it."""
        to_come = (self._steps.keys() - self._now.keys()) & self._before.keys()
        after = sum(self._before[phase].seconds for phase in to_come)
        known = self._before[self._phase]
        spent = time.monotonic() - self._began
        done = sum(known.nodes.get(name, 0.0) for name in self._done)
        all_ = sum(known.nodes.values())
        is_telling = done > all_ * _TELLING
        here = spent * (all_ - done) / done if is_telling else known.seconds - spent
        return after + max(here, 0.0)


def in_words(seconds: float) -> str:
    """A rough time: seconds by five, from two minutes on minutes."""
    return f"{max(5, round(seconds / 5) * 5)} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _read(file: Path) -> dict[str, Taken]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): Taken(**taken) for name, taken in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
