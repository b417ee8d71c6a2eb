"""The report of a publish: a folder of pages that need nothing but themselves."""

import logging
import shutil
from pathlib import Path

from orchestration.publishing.published import FILE_NAME, FIRST_PAGE, REPORT_NAME
from orchestration.publishing.swap import link_report


class ReportError(RuntimeError):
    """The report cannot be made; the message says why."""


def add_report(folder: Path) -> None:
    """Write the report of the published file in a folder beside it, whole or not at all.

    Raises:
        ReportError: the report cannot be made.
    """
    from orchestration.reporting.site import write_site

    building = folder / f".{REPORT_NAME}"
    try:
        write_site(folder / FILE_NAME, building)
    except Exception as error:  # whatever it is, the log has it and a user its reason
        shutil.rmtree(building, ignore_errors=True)
        logging.getLogger(__name__).debug("The report cannot be made.", exc_info=True)
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ReportError(
            f"The tables stand without a report, which cannot be made: {reason}"
        ) from error
    building.rename(folder / REPORT_NAME)


def require_report(published_dir: Path) -> Path:
    """Where readers find the report of what they see, which is made if the publish has none.

    Raises:
        FileNotFoundError: nothing is published.
        ReportError: the report cannot be made.
    """
    folder = (published_dir / "latest").resolve(strict=True)
    if not (folder / REPORT_NAME).exists():
        add_report(folder)
        _share_like(folder)
        link_report(folder)
    return published_dir / REPORT_NAME / FIRST_PAGE


def _share_like(folder: Path) -> None:
    """Let those read the report who may read the publish that it came to."""
    for path in (folder / REPORT_NAME, *(folder / REPORT_NAME).rglob("*")):
        shutil.copymode(folder if path.is_dir() else folder / FILE_NAME, path)
