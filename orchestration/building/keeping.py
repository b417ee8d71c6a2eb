"""Keeps what is built while dbt builds, so that who comes after a kill goes on from there."""

from threading import Lock
from time import monotonic
from typing import Any

from orchestration.building.standing import Standing, keep_built

_SECONDS = 1


class Keeper:
    """Keeps, once a second at most, what was built and asked since it did so before."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._kept: set[str] = set()
        self._last = monotonic()
        self._turn = Lock()

    @property
    def is_due(self) -> bool:
        """Whether work of more than a second would be lost."""
        return monotonic() - self._last > _SECONDS

    def keep(self, cursor: Any) -> None:
        """Keep it in the warehouse that a cursor of dbt is of; what others do meanwhile waits."""
        with self._turn:
            if self.is_due:
                now = self._standing.now.copy()
                keep_built(cursor, {name: now[name] for name in now.keys() - self._kept})
                self._kept.update(now)
                self._last = monotonic()
