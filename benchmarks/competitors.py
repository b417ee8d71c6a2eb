"""Other tools, installed into an environment of their own, never into that of the warehouse."""

import subprocess
import sys
from functools import cache
from pathlib import Path

from benchmarks.sizes import WORKSHOP
from orchestration.settings import PROJECT_ROOT

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
_UV = PROJECT_ROOT / ".venv" / "bin" / "uv"
_VENV = WORKSHOP / "venv"


def python_of(tool: str) -> tuple[Path | None, list[str]]:
    """The Python that has a tool; else none, and the sentence for the report."""
    if _is_installed(tool):
        return _VENV / "bin" / "python", []
    return None, [f"{tool} was not measured, as it could not be installed"]


@cache
def _is_installed(tool: str) -> bool:
    """Install a tool in the version of the requirements; why it cannot be is printed."""
    venv: list[str | Path] = [_UV, "venv", "--quiet", "--allow-existing", "--python"]
    install: list[str | Path] = [_UV, "pip", "install", "--quiet", "--python", _VENV]
    steps = [*venv, sys.executable, _VENV], [*install, "--constraint", REQUIREMENTS, "duckdb", tool]
    return all(subprocess.run(step).returncode == 0 for step in steps)
