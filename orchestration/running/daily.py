"""Runs the daily job in this process."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.reading.overlooked import overlooked
from orchestration.running.chatter import chatter_in
from orchestration.running.environment import export_environment
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from orchestration.stopping import at_work
from orchestration.system_errors import sentence
from orchestration.warehouse import connect

if TYPE_CHECKING:
    from orchestration.running.profile import Profile


@dataclass(frozen=True)
class Outcome:
    """How a run ended: what failed and what only warns, one sentence each, and the full log.

    What took how long is missing where the run broke off.
    """

    failures: list[str]
    warnings: list[str]
    log_file: Path
    seconds: Mapping[str, float] = field(default_factory=dict)
    profile: "Profile | None" = None


def run_daily(
    settings: Settings,
    show: Callable[[str, str], None],
    meanwhile: Callable[[str], None],
    *,
    anew: bool = False,
) -> Outcome:
    """Load, gate, build, gate and publish.

    What stands is not built or asked again, unless all is to be done anew.

    Args:
        settings: whose warehouse it is.
        show: gets each phase and its summary as it ends.
        meanwhile: gets a line on how far the run is, again and again, and an empty one at its end.
        anew: whether all is to be done.
    """
    log_file = settings.log_dir / f"run-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.log"
    try:
        return _run(settings, show, meanwhile, log_file, anew)
    except Exception as error:  # noqa: BLE001 - whatever it is, the log has it and a user a sentence
        return Outcome([f"The run broke off: {sentence(error, settings)}"], [], log_file)
    finally:
        meanwhile("")


def _run(
    settings: Settings,
    show: Callable[[str, str], None],
    meanwhile: Callable[[str], None],
    log_file: Path,
    anew: bool,
) -> Outcome:
    export_environment(settings)
    meanwhile("getting ready")
    with chatter_in(log_file):
        # These imports take 3 s, which `cx --help` should not pay.
        import dagster as dg

        from orchestration.building.asking import each_node_told
        from orchestration.building.project import ProjectError, manifest
        from orchestration.definitions import definitions
        from orchestration.running.cut_off import end_cut_off_runs
        from orchestration.running.history import forget_old_runs
        from orchestration.running.pace import Pace
        from orchestration.running.profile import Profile
        from orchestration.running.progress import Progress

        try:
            with exclusive_run(settings):
                manifest(settings)
                if anew:
                    _forget(settings)
        except ProjectError as error:
            return Outcome([f"dbt cannot read the project: {error}"], [], log_file)
        job = definitions().resolve_job_def("daily")
        steps = [node.name for node in job.nodes]
        progress = Progress(steps, settings, show)
        pace = Pace(steps, settings.log_dir / "pace.json", meanwhile)
        profile = Profile()
        run_id = str(uuid.uuid4())
        with dg.DagsterInstance.get() as instance:
            end_cut_off_runs(instance, settings)
            forget_old_runs(instance, settings)
            for listener in (progress, pace, profile):
                instance.add_event_listener(run_id, listener)
            with at_work(run_id), each_node_told(pace.take_in):
                job.execute_in_process(instance=instance, run_id=run_id, raise_on_error=False)
    pace.save()
    warnings = progress.warnings + overlooked(settings.landing_dir)
    return Outcome(progress.failures, warnings, log_file, progress.seconds, profile)


def _forget(settings: Settings) -> None:
    from orchestration.building.standing import forget_standing

    with connect(settings) as connection:
        forget_standing(connection)
