"""A change of a text in one place, as the operators of random mutations propose it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Change:
    """What stands from `start` to `end` of a text becomes `instead`."""

    operator: str
    start: int
    end: int
    instead: str

    def applied(self, text: str) -> str:
        return text[: self.start] + self.instead + text[self.end :]

    def shifted(self, offset: int) -> "Change":
        """The same change in a text that has so much in front."""
        return Change(self.operator, self.start + offset, self.end + offset, self.instead)


def line_of(text: str, position: int) -> int:
    """Line of a position, from 1."""
    return text.count("\n", 0, position) + 1


def around(text: str, change: Change) -> tuple[str, str]:
    """The lines that a change touches, before and after it, each in one line."""
    begin = text.rfind("\n", 0, change.start) + 1
    end = text.find("\n", change.end)
    lines = text[begin : end if end >= 0 else len(text)]
    after = change.shifted(-begin).applied(lines)
    return " ".join(lines.split()), " ".join(after.split())


def numbers_beside(number: str) -> Iterator[str]:
    """A number one larger and one smaller, as it is written."""
    beside = partial(round, ndigits=9)
    value = float(number) if "." in number else int(number)
    yield from (str(beside(value + step)) for step in (1, -1) if value + step >= 0)
