"""Runs that were killed hold up none of those that wait, are told of, and are tried again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from orchestration.defs import schedules
from orchestration.defs.after_runs import after_cut_off
from orchestration.defs.schedules import new_files
from orchestration.running import cut_off
from orchestration.running.cut_off import end_cut_off_runs
from orchestration.running.environment import export_environment
from orchestration.running.last_run import last_failures
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from tests.channel import Channel
from tests.hanging import HANGS_AFTER_SECONDS
from tests.integration.starting import PROCESSES, PROJECT

CUT_OFF = "it was cut off; the next run takes up its work."
STARTED, STARTING = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING
QUEUED, FAILURE = dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.FAILURE


@dg.op
def begin(context: dg.OpExecutionContext) -> None:
    """Hold the lock as a run does, and never end."""
    with exclusive_run(Settings()):
        context.log.info("at work")
        time.sleep(600)


@dg.job(name="daily", executor_def=dg.in_process_executor)
def daily() -> None:
    begin()


@dg.job(name="theirs")
def theirs() -> None: ...


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    before = dict(os.environ)
    os.environ["CX_HOME"] = str(tmp_path / "home")
    export_environment(Settings())
    yield Settings()
    os.environ.clear()
    os.environ |= before


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten minutes."""
    monkeypatch.setattr(cut_off, "SILENT_SECONDS", 0)


def _run_daily(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with dg.DagsterInstance.get() as instance:
        daily.execute_in_process(instance=instance)


def at_work(instance: dg.DagsterInstance) -> tuple[BaseProcess, str]:
    """A run in a process of its own, once it holds the lock."""
    process = PROCESSES.Process(target=_run_daily, args=(dict(os.environ),), daemon=True)
    process.start()
    ends = time.monotonic() + 60
    while not (runs := instance.get_runs()) or "at work" not in str(
        instance.all_logs(runs[0].run_id)
    ):
        assert process.is_alive() and time.monotonic() < ends
        time.sleep(0.1)
    return process, runs[0].run_id


def queued(instance: dg.DagsterInstance) -> str:
    """A run that the daemon is to start, as its schedule asked for."""
    code = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name="orchestration.definitions")
    )
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(code, "__repository__"), "daily")
    return instance.create_run_for_job(daily, status=QUEUED, remote_job_origin=origin).run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run
    return run.status


def due(instance: dg.DagsterInstance) -> list[str]:
    """What the daemon would start now."""
    daemon = QueuedRunCoordinatorDaemon(interval_seconds=5)
    runs = daemon._get_runs_to_dequeue(instance, instance.get_concurrency_config(), None)
    return [run.run_id for run in runs]


def test_what_waits_behind_a_killed_run_goes_on_and_the_killed_one_failed(
    instance: dg.DagsterInstance, settings: Settings, _at_once: None
) -> None:
    process, killed = at_work(instance)
    waiting = queued(instance)
    assert end_cut_off_runs(instance, settings) == []
    assert (status_of(instance, killed), due(instance)) == (STARTED, [])
    process.kill()
    process.join()
    assert due(instance) == []
    assert [run.run_id for run in end_cut_off_runs(instance, settings)] == [killed]
    assert (status_of(instance, killed), due(instance)) == (FAILURE, [waiting])
    assert last_failures(settings) == [CUT_OFF]
    assert end_cut_off_runs(instance, settings) == []


def test_a_killed_run_is_told_of_while_the_next_waits_for_it(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    instance.create_run_for_job(daily, status=STARTED)
    queued(instance)
    assert last_failures(settings) == [CUT_OFF]


@pytest.mark.parametrize("status", [STARTING, STARTED])
def test_a_run_that_has_just_begun_or_just_told_something_is_left(
    status: dg.DagsterRunStatus,
    instance: dg.DagsterInstance,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = instance.create_run_for_job(daily, status=status)
    assert end_cut_off_runs(instance, settings) == []
    monkeypatch.setattr(cut_off, "SILENT_SECONDS", 2)
    time.sleep(2)
    instance.report_engine_event("The last step has ended", run)
    assert end_cut_off_runs(instance, settings) == []
    monkeypatch.setattr(cut_off, "SILENT_SECONDS", 0)
    assert [ended.run_id for ended in end_cut_off_runs(instance, settings)] == [run.run_id]


def test_runs_that_do_not_hold_our_lock_are_left_and_those_of_chosen_assets_are_not(
    instance: dg.DagsterInstance, settings: Settings, _at_once: None
) -> None:
    @dg.asset
    def mart() -> None: ...

    chosen = dg.Definitions([mart]).resolve_implicit_global_asset_job_def()
    run_of_others = instance.create_run_for_job(theirs, status=STARTED).run_id
    run_of_assets = instance.create_run_for_job(chosen, status=STARTED).run_id
    end_cut_off_runs(instance, settings)
    assert status_of(instance, run_of_others) == STARTED
    assert status_of(instance, run_of_assets) == FAILURE


def test_a_run_that_was_killed_while_it_was_asked_to_stop_is_stopped(
    instance: dg.DagsterInstance, settings: Settings, _at_once: None
) -> None:
    run = instance.create_run_for_job(daily, status=STARTED)
    instance.report_run_canceling(run)
    end_cut_off_runs(instance, settings)
    assert status_of(instance, run.run_id) == dg.DagsterRunStatus.CANCELED
    assert last_failures(settings) == []


STOPPABLE = """
import sys, time
from orchestration.stopping import at_work, listen
listen()
with at_work(sys.argv[1]):
    print("at work", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize(
    ("number", "status", "failures"),
    [
        (signal.SIGTERM, FAILURE, [CUT_OFF]),
        (signal.SIGINT, dg.DagsterRunStatus.CANCELED, []),
    ],
)
def test_a_run_ended_by_sigterm_is_told_of_and_one_that_a_person_stopped_is_not(
    number: signal.Signals,
    status: dg.DagsterRunStatus,
    failures: list[str],
    instance: dg.DagsterInstance,
    settings: Settings,
) -> None:
    run_id = instance.create_run_for_job(daily, status=STARTED).run_id
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPABLE, run_id], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "at work\n"
    process.send_signal(number)
    process.communicate(timeout=HANGS_AFTER_SECONDS)
    assert process.returncode == 128 + number
    assert (status_of(instance, run_id), last_failures(settings)) == (status, failures)


def test_a_killed_run_is_told_of_once_unless_another_has_followed(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, _at_once: None
) -> None:
    with Channel.opened() as channel:
        monkeypatch.setenv("CX_ALERT_WEBHOOK_URL", channel.url)

        def tick() -> set[str]:
            with dg.build_sensor_context(instance) as context:
                after_cut_off(context)
            return channel.told()

        killed = instance.create_run_for_job(daily, status=STARTED)
        assert (tick(), tick()) == ({f"The run failed: {CUT_OFF}"}, set())
        healed = instance.create_run_for_job(daily, status=STARTED)
        instance.create_run_for_job(daily, status=dg.DagsterRunStatus.SUCCESS)
        assert tick() == set()
        assert {status_of(instance, run.run_id) for run in (killed, healed)} == {FAILURE}


def test_a_run_that_failed_is_tried_again_after_an_hour_though_nothing_new_landed(
    instance: dg.DagsterInstance, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings.landing_dir / "survey" / "responses" / "2024-05-01.csv"
    file.parent.mkdir(parents=True)
    file.write_text("response_id\n")
    cursor: str | None = None

    def asks_for_a_run() -> bool:
        nonlocal cursor
        with dg.build_sensor_context(instance, cursor) as context:
            asked = new_files(context)
            cursor = context.cursor
        return isinstance(asked, dg.RunRequest)

    assert [asks_for_a_run(), asks_for_a_run()] == [True, False]
    instance.report_run_failed(instance.create_run_for_job(daily, status=STARTED))
    assert not asks_for_a_run()
    monkeypatch.setattr(schedules, "RETRY_SECONDS", 0)
    assert [asks_for_a_run(), asks_for_a_run()] == [True, True]
    queued(instance)
    assert not asks_for_a_run()
    instance.report_run_canceled(instance.create_run_for_job(daily, status=STARTED))
    assert not asks_for_a_run()
    instance.create_run_for_job(daily, status=dg.DagsterRunStatus.SUCCESS)
    assert not asks_for_a_run()
