"""The report of a publish: one page that needs nothing but itself."""

from pathlib import Path

from orchestration.publishing import FILE_NAME, REPORT_NAME, point_at
from orchestration.reporting.page import render


def write_report(published_dir: Path) -> Path:
    """Write the report beside the newest publish, swap it in, and return where readers find it.

    Raises:
        FileNotFoundError: nothing is published.
    """
    folder = (published_dir / "latest").resolve(strict=True)
    page = render(folder / FILE_NAME)
    building = folder / f".{REPORT_NAME}"
    building.write_text(page, encoding="utf-8")
    point_at(building.replace(folder / REPORT_NAME))
    return published_dir / REPORT_NAME
