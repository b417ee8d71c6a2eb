"""Apache Spark, where it computes the models: what it is told, through its Thrift server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from orchestration.settings import Settings

# What the schema's name begins with that says which build the tables are of.
_MARK = "cx_build_"


class SparkError(RuntimeError):
    """Spark cannot be told anything; the message says why and what to do."""


@contextmanager
def spark(settings: Settings) -> Iterator[Any]:
    """A cursor of Spark, with `execute`, `fetchall` and `description` as databases of Python have.

    Raises:
        SparkError: the extra `spark` is not installed, or the Thrift server cannot be reached.
    """
    try:
        from pyhive import hive
    except ModuleNotFoundError:
        raise SparkError("What talks to Spark is not installed: `make spark` does it.") from None
    try:
        connection = hive.connect(settings.spark_host, settings.spark_port)
    except hive.thrift.transport.TTransport.TTransportException as error:
        raise SparkError(
            f"Spark cannot be reached at {settings.spark_host}:{settings.spark_port}"
            f" ({error.message}): start its Thrift server, or correct CX_SPARK_HOST and"
            " CX_SPARK_PORT."
        ) from None
    with connection, connection.cursor() as cursor:
        yield cursor


def is_as_marked(cursor: Any, mark: str) -> bool:
    """Whether nobody built anything there since it was marked so."""
    return _marks(cursor) == [_MARK + mark]


def mark_anew(cursor: Any) -> str:
    """Mark what was built there with a mark of its own, and give that."""
    mark = uuid4().hex
    for before in _marks(cursor):
        cursor.execute(f"drop schema {before}")
    cursor.execute(f"create schema {_MARK}{mark}")
    return mark


def _marks(cursor: Any) -> list[str]:
    cursor.execute(f"show schemas like '{_MARK}*'")
    return [name for (name,) in cursor.fetchall()]


def spark_name(*parts: str) -> str:
    """A name as Spark quotes it."""
    return ".".join(f"`{part.replace('`', '``')}`" for part in parts)
