"""What a command costs: processor, wall time, and memory, its children too."""

import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from benchmarks.body import MARK

_PAGE = os.sysconf("SC_PAGE_SIZE")
# A look takes some 3 ms, on a core that what is measured could use. What the system itself keeps as
# the most, ru_maxrss, is of one process, and counts what its parent held as it was started.
_SECONDS_BETWEEN_LOOKS = 0.1


class Failed(RuntimeError):
    """A measured command failed; the message has the end of what it printed."""

    @property
    def reason(self) -> str:
        """The last line, which says most."""
        return str(self).strip().splitlines()[-1]


@dataclass(frozen=True)
class Cost:
    """Seconds of processor (user and system) and of wall time, and the most resident bytes at once.

    Pages that processes share count for each of them.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int
    found: dict[str, Any] = field(default_factory=dict, compare=False)

    def __add__(self, then: "Cost") -> "Cost":
        """What both cost, one after the other."""
        return Cost(
            self.cpu_seconds + then.cpu_seconds,
            self.wall_seconds + then.wall_seconds,
            max(self.peak_bytes, then.peak_bytes),
            self.found | then.found,
        )


Work = Callable[[], Cost]


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end; where it says what its body alone cost, that is the time.

    Raises:
        Failed: the command ended with another code than 0.
    """
    with tempfile.TemporaryFile("w+") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env=os.environ | (environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        with _Peak(process.pid) as peak:
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        what = " ".join(map(str, command))
        raise Failed(f"{what} ended with {process.returncode}:\n{text[-3000:]}")
    whole = {"cpu_seconds": used.ru_utime + used.ru_stime, "wall_seconds": wall}
    return Cost(**(whole | _told(text)), peak_bytes=peak.bytes)


def interleaved(
    works: Mapping[str, Work], repeats: int, notes: list[str] | None = None
) -> dict[str, list[Cost]]:
    """Do each in turn, several times, so that what slows the machine slows all of them.

    Args:
        works: by who does it, ours first.
        repeats: how often each does it.
        notes: where given, a contender that fails is left out, and a note says why.

    Raises:
        Failed: ours failed, or a contender without notes.
    """
    ours, *_ = works
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for name, work in [*works.items()] * repeats:
        if name not in costs:
            continue
        try:
            costs[name].append(work())
        except Failed as error:
            if notes is None or name == ours:
                raise
            del costs[name]
            notes.append(f"{name} failed: {error.reason}")
    return costs


def _told(text: str) -> dict[str, Any]:
    """What a script measured of itself."""
    told = [line.removeprefix(MARK) for line in text.splitlines() if line.startswith(MARK)]
    return dict(json.loads(told[-1])) if told else {}


class _Peak:
    """The most memory that a process and its descendants hold at once, looked at while it runs."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._pid = pid
        self._ended = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(_SECONDS_BETWEEN_LOOKS):
            self.bytes = max(self.bytes, _resident_bytes(self._pid))


def _resident_bytes(pid: int) -> int:
    """Resident bytes of a process and of all below it."""
    children: dict[int, list[int]] = defaultdict(list)
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            # After the name, which may hold anything: state, parent, and 22 fields on the pages.
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            children[int(after_name[1])].append(int(folder.name))
            pages[int(folder.name)] = int(after_name[21])
    family = [pid]
    for member in family:
        family += children[member]
    return sum(pages.get(member, 0) for member in family) * _PAGE
