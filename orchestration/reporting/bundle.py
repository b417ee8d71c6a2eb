"""Vega, Vega-Lite and Vega-Embed as one script, made once for an environment: it takes 1.5 s."""

import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from orchestration.settings import Settings

VEGA_LITE = "6.1"

KEPT = Path(sys.prefix) / "share" / "cx-warehouse"
# In a process of its own: what aborts in V8 ends only that.
_MAKE = f"""
import sys, vl_convert
sys.stdout.write(vl_convert.javascript_bundle(vl_version={VEGA_LITE!r}))
"""


def vega() -> str:
    """The script as it is kept beside the packages, or in the home; made anew where it is not."""
    name = f"vega-{version('vl-convert-python')}-{VEGA_LITE}.js"
    places = (KEPT / name, Settings().home_dir / "assets" / name)
    for file in places:
        with suppress(OSError):
            return file.read_text(encoding="utf-8")
    made = subprocess.run([sys.executable, "-c", _MAKE], capture_output=True, check=True)
    script = made.stdout.decode("utf-8")
    for file in places:  # an environment may be for reading only
        with suppress(OSError):
            _keep(script, file)
            break
    return script


def _keep(script: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=file.parent, encoding="utf-8", delete=False) as whole:
        whole.write(script)
    Path(whole.name).replace(file)
