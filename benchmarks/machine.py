"""What was measured, on which machine, with which versions."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.competitors import REQUIREMENTS
from benchmarks.sizes import DAYS, Size
from orchestration.publishing.publish import code_version

_PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations", "numpy", "scipy")


def about(size: Size, seconds: float) -> dict[str, str]:
    """Lines above the figures of a size."""
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, in {seconds / 60:.0f} minutes",
        "code": code_version(),
        "machine": machine(),
        "versions": f"Python {platform.python_version()}, {versions}",
        "other tools": ", ".join(REQUIREMENTS.read_text().splitlines()[1:]).replace("==", " "),
        "data": f"{size.customers:,} customers over {DAYS:,} days",
        "memory limit": size.memory_limit,
    }


def machine() -> str:
    """Cores, processor and memory."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} cores of {_processor()}, {memory / 1024**3:.0f} GiB"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
