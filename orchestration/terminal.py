"""Writing to the terminal, or to a page, what files and customers may have written."""

import sys
import unicodedata
from typing import NoReturn

import typer
from rich.console import Console

FAILED, NOT_STARTED = 1, 2


def console() -> Console:
    """A console on the standard output of now, whatever is redirected later; no markup."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(text: str) -> str:
    """Text as people see it: a sign in place of what steers a terminal or is no XML.

    XML 1.0 forbids control characters, halves of surrogate pairs, U+FFFE and U+FFFF even escaped.
    """
    return "".join(
        letter if letter.isprintable() or _is_space(letter) else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def _is_space(letter: str) -> bool:
    """Spaces of any width, such as the one that does not break; lines and tabs are none."""
    return unicodedata.category(letter) == "Zs"


def stop(screen: Console, sentence: str) -> NoReturn:
    """End a command that could not start, with one sentence that says why and what to do."""
    screen.print(sentence)
    raise typer.Exit(NOT_STARTED)
