import gc
import threading
from typing import Any

import duckdb

from tests.forking import fork


def test_a_fork_leaves_a_database_alone_that_nobody_closed() -> None:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("select sum(range) from range(1_000_000)").fetchall()
    garbage: list[Any] = [connection]
    garbage.append(garbage)
    del connection, garbage
    process = fork(_collect_beside_a_thread)
    process.join(timeout=10)
    process.kill()
    process.join()
    assert process.exitcode == 0


def _collect_beside_a_thread() -> None:
    """The new thread gets the place of one that the database waits for."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    gc.collect()
