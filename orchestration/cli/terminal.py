"""How commands speak: plain text on the terminal, and errors as one sentence."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import duckdb
import typer
from rich.console import Console

from orchestration.settings import Settings
from orchestration.system_errors import sentence
from orchestration.warehouse import is_there

FAILED, NOT_STARTED = 1, 2
Tell = Callable[[Settings, Console, Sequence[str]], None]
# What a user can mend.
_MENDABLE = (OSError, RuntimeError, duckdb.Error)


def console() -> Console:
    """A console on the standard output of now, whatever is redirected later; no markup."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)


def stop(screen: Console, sentence: str) -> NoReturn:
    """End a command that could not start, with one sentence that says why and what to do."""
    screen.print(sentence)
    raise typer.Exit(NOT_STARTED)


def require_warehouse(settings: Settings, screen: Console) -> None:
    """Stop a command that looks into the warehouse before there is one."""
    if not is_there(settings):
        stop(screen, f"There is no warehouse in {settings.home_dir} yet: start with `cx run`.")


@contextmanager
def one_sentence(settings: Settings, screen: Console, tell: Tell | None = None) -> Iterator[None]:
    """Let what a user can mend end the command with the sentence that says how, told, too."""
    try:
        yield
    except typer.Exit:
        raise
    except _MENDABLE as error:
        said = sentence(error, settings)
        screen.print(said)
        if tell:
            tell(settings, screen, [said])
        raise typer.Exit(NOT_STARTED) from None
