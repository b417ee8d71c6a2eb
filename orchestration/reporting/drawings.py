"""Charts as SVG. One that an earlier page shows is taken from there: drawing takes 35 ms of CPU."""

import hashlib
import json
import re
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import vl_convert

from orchestration.reporting.charts import LOOK, VEGA_LITE, Spec

_BEGIN = "<svg "
_DRAWN = re.compile(r'<svg data-chart="([0-9a-f]{64})" .*?</svg>', re.DOTALL)
_RENDERER = f"{version('vl-convert-python')} {VEGA_LITE} {json.dumps(LOOK)}"


class Drawings:
    """What charts look like: those of an earlier page, and those that are drawn anew."""

    def __init__(self, earlier_page: Path | None = None) -> None:
        """Begin with the charts of an earlier page, if there is one that can be read."""
        page = ""
        with suppress(OSError, UnicodeDecodeError):
            page = earlier_page.read_text(encoding="utf-8") if earlier_page else ""
        self._known = {found[1]: found[0] for found in _DRAWN.finditer(page)}

    def svg(self, spec: Spec) -> str:
        """The chart of a specification, which names the renderer and the look by a digest, too.

        Vega escapes its texts, and its colours stay the variables that the page sets.
        """
        key = hashlib.sha256(f"{_RENDERER} {json.dumps(spec)}".encode()).hexdigest()
        if key not in self._known:
            drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, config=LOOK)
            self._known[key] = drawn.replace(_BEGIN, f'{_BEGIN}data-chart="{key}" ', 1)
        return self._known[key]
