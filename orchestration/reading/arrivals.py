"""Whether there is anything that a run could load."""

from pathlib import Path

from orchestration.reading.connectors import systems
from orchestration.reading.landing_zone import files_below


class NothingLanded(RuntimeError):
    """The landing zone is empty, and nothing fills it; the message says what to do."""


def require_arrivals(landing_dir: Path) -> None:
    """Make sure that there are files to load, or connectors that bring some.

    Raises:
        NothingLanded: there are neither.
        OSError: a folder of the landing zone may not be read.
    """
    if not any(files_below(landing_dir)) and not systems():
        raise NothingLanded(
            f"There is nothing in the landing zone {landing_dir}: "
            "set CX_LANDING to yours, or make sample data with `cx sample`."
        )
