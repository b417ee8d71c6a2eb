"""Ends `cx` in one sentence when it is asked to, by Ctrl-C or SIGTERM, whatever it is doing.

A thread hears of the signal. A handler would not do: DuckDB calls handlers late or never, and turns
what they raise into its own `RuntimeError`, which would count as the fault of the file that is
read; and Dagster puts handlers of its own in place while a step runs. What is cut off is what a
kill would cut off, and heals as that does.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

# Why a run failed that could not say so itself.
CUT_OFF = "it was cut off; the next run takes up its work."

SIGNALS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}

# A killed process takes as long as the system call that it is in, such as a write to a slow disk.
SECONDS_TO_DIE = 5

_children: list[subprocess.Popen[bytes]] = []
_is_ending = threading.Event()
_runs: list[str] = []


def listen() -> None:
    """Have the two signals end this process, its children and its run, from now on."""
    receiver, sender = os.pipe()
    os.set_blocking(sender, False)
    signal.set_wakeup_fd(sender, warn_on_full_buffer=False)
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
    threading.Thread(target=_await_signal, args=(receiver,), daemon=True).start()


def ends_with_us(child: subprocess.Popen[bytes]) -> None:
    """Let a process end when this one is asked to, or was while it started."""
    _children.append(child)
    if _is_ending.is_set():
        child.kill()


@contextmanager
def at_work(run_id: str) -> Iterator[None]:
    """Let Dagster know, should this process be asked to end, that the run has ended."""
    _runs.append(run_id)
    yield
    _runs.remove(run_id)


def _await_signal(receiver: int) -> None:
    while (number := os.read(receiver, 1)[0]) not in SIGNALS:
        pass  # a library listens to signals of its own
    _end(signal.Signals(number))


def _end(number: signal.Signals) -> NoReturn:
    screen = sys.__stdout__ or sys.stdout
    with suppress(OSError):
        screen.write(
            f"Stopped by {SIGNALS[number]}: readers keep what is published, "
            "and the next `cx run` takes up the work.\n"
        )
        screen.flush()
    _is_ending.set()
    for child in _children:
        child.kill()
    for child in _children:  # who hears that we ended may start the next run
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=SECONDS_TO_DIE)
    code = 128 + number
    if _runs:
        # The same process as another program: it holds no lock, and no half-written event.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        mark = [sys.executable, "-m", "orchestration.stopping", str(code), *_runs]
        os.execv(sys.executable, mark)
    os._exit(code)


def _mark_ended(run_ids: list[str], code: int) -> None:
    """Only Ctrl-C is somebody's wish, as canceling is in the UI; SIGTERM cuts off, as a kill."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        for run in filter(None, map(instance.get_run_by_id, run_ids)):
            if run.is_finished:
                continue
            if code == 128 + signal.SIGINT:
                instance.report_run_canceled(run, "It was asked to stop.")
            else:
                instance.report_run_failed(run, CUT_OFF)


if __name__ == "__main__":
    _, code, *run_ids = sys.argv
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with suppress(Exception):  # a run that cannot be marked shows as cut off
        _mark_ended(run_ids, int(code))
    os._exit(int(code))
