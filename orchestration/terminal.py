"""Writing to the terminal what files and customers may have written."""

import sys
from typing import NoReturn

import typer
from rich.console import Console

FAILED, NOT_STARTED = 1, 2


def console() -> Console:
    """A console on the standard output of now, whatever is redirected later; no markup."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(text: str) -> str:
    """Text without characters that steer a terminal."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def stop(screen: Console, sentence: str) -> NoReturn:
    """End a command that could not start, with one sentence that says why and what to do."""
    screen.print(sentence)
    raise typer.Exit(NOT_STARTED)
