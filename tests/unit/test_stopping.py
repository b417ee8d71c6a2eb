"""A process that is asked to end does, whatever it is doing, and so does what it started."""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hanging import HANGS_AFTER_SECONDS

LISTENING = """
import signal, subprocess, sys, duckdb
from orchestration.stopping import ends_with_us, listen
listen()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
ends_with_us(child)
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.raise_signal(signal.SIGUSR1)  # as a library may, which is not to end anything
print(child.pid, flush=True)
"""
ENDLESS = "select count(*) from range(100_000_000_000) t(n) where sin(n) > 2"
# DuckDB does not call handlers while it fetches, and `sql` makes an error of what they raise.
BUSY = {
    "fetching": f"duckdb.execute('{ENDLESS}').fetchall()",
    "swallowing": f"""
while True:
    try:
        duckdb.sql('{ENDLESS}').fetchall()
    except Exception:
        pass
""",
    # Dagster does so while a step runs.
    "with handlers of a library": """
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: None)
while True:
    pass
""",
}


@pytest.mark.parametrize(
    ("number", "name", "exit_code"),
    [(signal.SIGINT, "Ctrl-C", 130), (signal.SIGTERM, "SIGTERM", 143)],
)
@pytest.mark.parametrize("busy", BUSY.values(), ids=BUSY)
def test_a_busy_process_ends_in_one_sentence_and_its_child_with_it(
    busy: str, number: signal.Signals, name: str, exit_code: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENING + busy],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    child = Path("/proc", process.stdout.readline().strip())
    assert child.exists()
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.3)
    process.send_signal(number)
    printed, _ = process.communicate(timeout=HANGS_AFTER_SECONDS)
    assert process.returncode == exit_code, printed
    assert printed == (
        f"Stopped by {name}: readers keep what is published, "
        "and the next `cx run` takes up the work.\n"
    )
    assert not child.exists() or "zombie" in (child / "status").read_text()
