"""The report of a publish: one page that needs nothing but itself."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

from orchestration.publishing.published import FILE_NAME, REPORT_NAME
from orchestration.publishing.swap import point_at
from orchestration.settings import PROJECT_ROOT
from orchestration.stopping import ends_with_us


class ReportError(RuntimeError):
    """The report cannot be made; the message says why."""


def add_report(folder: Path) -> None:
    """Write the report of the published file in a folder beside it, whole or not at all.

    A process of its own renders it: a renderer that aborts ends only that, and not the run.

    Raises:
        ReportError: the report cannot be made.
    """
    building = folder / f".{REPORT_NAME}"
    earlier_page = folder.parent / "latest" / REPORT_NAME
    files = map(str, (folder / FILE_NAME, building, earlier_page))
    command = [sys.executable, "-m", "orchestration.reporting", *files]
    renderer = subprocess.Popen(command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE)
    ends_with_us(renderer)
    said = renderer.communicate()[1].decode(errors="replace")
    sys.stderr.write(said)
    if renderer.returncode:
        building.unlink(missing_ok=True)
        reason = _reason(renderer.returncode, said)
        raise ReportError(f"The tables stand without a report, which cannot be made: {reason}")
    building.replace(folder / REPORT_NAME)


def _reason(exit_code: int, said: str) -> str:
    if exit_code < 0:
        return f"its renderer crashed ({signal.Signals(-exit_code).name})"
    return said.strip().splitlines()[-1]


def require_report(published_dir: Path) -> Path:
    """Where readers find the report of what they see, which is made if the publish has none.

    Raises:
        FileNotFoundError: nothing is published.
        ReportError: the report cannot be made.
    """
    folder = (published_dir / "latest").resolve(strict=True)
    if not (folder / REPORT_NAME).exists():
        add_report(folder)
        shutil.copymode(folder / FILE_NAME, folder / REPORT_NAME)
        point_at(folder / REPORT_NAME)
    return published_dir / REPORT_NAME
