"""What one run of the benchmarks works on, and how it starts what it measures."""

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.findings import Finding
from benchmarks.histories import History, make_history
from benchmarks.measure import Cost, run
from benchmarks.sizes import DAYS, Size
from orchestration.settings import PROJECT_ROOT

CX = PROJECT_ROOT / ".venv" / "bin" / "cx"


@dataclass
class Bench:
    """A size, its histories as they are made, and what was found so far."""

    size: Size
    findings: list[Finding] = field(default_factory=list)
    _histories: dict[int, History] = field(default_factory=dict)

    def put(self, finding: Finding) -> None:
        """Put a finding in place of what its measure found before."""
        others = [each for each in self.findings if each.measure != finding.measure]
        self.findings = [*others, finding]

    def history(self, days: int = DAYS) -> History:
        """The history of some days, made when it is asked for first; not built."""
        if days not in self._histories:
            folder = self.size.folder / f"history-{days}"
            self._histories[days] = make_history(self.size.zone, days, folder)
        return self._histories[days]

    def folder(self, name: str) -> Path:
        """An empty folder."""
        folder = self.size.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def cx(self, history: History, *arguments: str, home: Path | None = None) -> Cost:
        """Run `cx` on a history."""
        environment = history.environment | ({"CX_HOME": str(home)} if home else {})
        return run([CX, *arguments], environment | self.limits)

    def script(self, module: str, *arguments: str | Path, home: Path, landing: Path) -> Cost:
        """Run a module of the benchmarks on a home and a landing zone."""
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
        environment = {"CX_HOME": str(home), "CX_LANDING": str(landing)}
        return run(command, environment | self.limits)

    @property
    def script_file(self) -> Path:
        """The plain script, once it is compiled."""
        return self.size.folder / "script.json"

    @property
    def limits(self) -> dict[str, str]:
        """Settings that all contenders work within, and where modules are found."""
        return {"CX_MEMORY_LIMIT": self.size.memory_limit, "PYTHONPATH": str(PROJECT_ROOT)}


def bytes_below(folder: Path) -> int:
    """The size of all files in a folder."""
    return sum(
        (Path(parent) / name).stat().st_size
        for parent, _, names in os.walk(folder)
        for name in names
    )
