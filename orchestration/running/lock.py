"""One run at a time per warehouse home."""

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, TypeVar

import duckdb

from orchestration.ducklake import sole_writer
from orchestration.settings import Settings
from orchestration.warehouse import connect, place

# For how long a run waits for who looks at the warehouse, as `cx status` and `cx alert` do.
_PATIENCE_SECONDS = 3.0
# What was spilled since may be in use by another connection of this process.
_BEGUN = time.time()

T = TypeVar("T")


class WarehouseBusy(RuntimeError):
    """Another process has the warehouse; the message names it and what to do."""

    def __init__(self, process_id: str, settings: Settings) -> None:
        super().__init__(
            f"Process {process_id} is using the warehouse in {settings.home_dir}: "
            f"wait until it ends or stop it (kill {process_id}), then run again."
        )


class LakeBusy(WarehouseBusy):
    """Somebody else writes to the lake, on this machine or another; the message says which lake."""

    def __init__(self, settings: Settings) -> None:
        RuntimeError.__init__(
            self,
            f"A run of another home, or on another machine, is using {place(settings)}: wait "
            "until it ends, or give this home a catalog of its own (CX_DUCKLAKE_CATALOG).",
        )


@contextmanager
def exclusive_run(settings: Settings, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Keep every other run of this home out; the system lets go of a run that dies.

    Raises:
        WarehouseBusy: another run is at work, and still is after so many seconds.
    """
    settings.home_dir.mkdir(parents=True, exist_ok=True)
    with (settings.home_dir / "run.lock").open("a+", encoding="utf-8") as file:
        _taken(lambda: _lock(file, settings), patience)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        with _lake_held(settings):
            yield


def _taken(take: Callable[[], T], patience: float) -> T:
    """What can be taken once nobody else has it."""
    until = time.monotonic() + patience
    while True:
        try:
            return take()
        except WarehouseBusy:
            if time.monotonic() >= until:
                raise
            time.sleep(0.1)


def _lock(file: TextIO, settings: Settings) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WarehouseBusy(_holder(file), settings) from None


@contextmanager
def _lake_held(settings: Settings) -> Iterator[None]:
    """Keep runs of other homes and machines out, of which a lake may have some."""
    if not settings.is_lake:
        yield
        return
    with sole_writer(settings) as is_sole:
        if not is_sole:
            raise LakeBusy(settings)
        yield


def is_at_work(settings: Settings) -> bool:
    """Whether a run of this home is at work now."""
    try:
        with exclusive_run(settings, patience=0):
            return False
    except WarehouseBusy:
        return True


def _holder(file: TextIO) -> str:
    """Id of the process that holds the lock, which takes it an instant to write."""
    for _ in range(100):
        file.seek(0)
        if process_id := file.read():
            return process_id
        time.sleep(0.01)
    return "unknown"


def open_warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the warehouse file to write, without what a killed run has spilled, which DuckDB leaves.

    Raises:
        WarehouseBusy: another program has it open, and still has after some seconds.
    """
    connection = _taken(lambda: _open(settings), _PATIENCE_SECONDS)
    if not settings.is_lake:  # which others may read now, and spill
        _drop_left_spill(settings)
    return connection


def _drop_left_spill(settings: Settings) -> None:
    for spilled in settings.temp_dir.glob("duckdb_temp_*"):
        with suppress(FileNotFoundError):
            if spilled.stat().st_mtime < _BEGUN:
                spilled.unlink()


def _open(settings: Settings) -> duckdb.DuckDBPyConnection:
    try:
        return connect(settings)
    except duckdb.IOException as error:
        if holder := re.search(r"PID (\d+)", str(error)):
            raise WarehouseBusy(holder[1], settings) from None
        raise


@contextmanager
def exclusive_connection(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse file while no run is at work, and keep runs out.

    Raises:
        WarehouseBusy: a run is at work, or another program has the warehouse file open.
    """
    with exclusive_run(settings), open_warehouse(settings) as connection:
        yield connection


def require_free(settings: Settings) -> None:
    """Make sure that a run could start now.

    Raises:
        WarehouseBusy: another run is at work, or another program has the warehouse file open.
    """
    with exclusive_connection(settings):
        pass
