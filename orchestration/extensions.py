"""Extensions of DuckDB, which come as packages: nothing is fetched while the warehouse runs."""

from importlib.resources import files

import duckdb

from orchestration.sql import literal


class MissingExtension(RuntimeError):
    """An extension is not installed; the message says how to."""


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension from its package, `duckdb-extension-NAME`.

    Raises:
        MissingExtension: there is no such package here.
    """
    try:
        package = files(f"duckdb_extension_{name}")
    except ModuleNotFoundError:
        raise MissingExtension(
            f"The extension {name} of DuckDB is not installed: `make {name}` does it."
        ) from None
    file = package / f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"
    connection.execute(f"load {literal(str(file))}")
