"""How a measured script says what its work alone cost, without its start."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MARK = "measured "


@contextmanager
def body() -> Iterator[dict[str, Any]]:
    """Measure a block; print its seconds, and what it leaves in the dict, on a line of its own."""
    found: dict[str, Any] = {}
    cpu, wall = _cpu_seconds(), time.perf_counter()
    yield found
    seconds = {
        "cpu_seconds": _cpu_seconds() - cpu,
        "wall_seconds": time.perf_counter() - wall,
    }
    print(MARK + json.dumps(seconds | {"found": found}), flush=True)


def _cpu_seconds() -> float:
    """User and system, of this process with all its threads, and of children that have ended."""
    return sum(os.times()[:4])
