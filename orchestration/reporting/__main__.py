"""Renders the report of a file: `python -m orchestration.reporting FILE PAGE EARLIER_PAGE`."""

import sys
import traceback
from pathlib import Path

from orchestration.reporting.page import render

published_file, page, earlier_page = map(Path, sys.argv[1:])
try:
    page.write_text(render(published_file, earlier_page), encoding="utf-8")
except Exception as error:  # noqa: BLE001 - whatever it is, the log has it and a user its reason
    traceback.print_exc()
    sys.exit(next(iter(str(error).splitlines()), type(error).__name__))
