"""A Superset of its own, in its own environment, and its REST API as a reader's browser uses it."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestration.settings import PROJECT_ROOT
from tests.listening import free_port, wait_for

PROGRAMS = PROJECT_ROOT / ".bi" / "bin"
_CONFIG = """
SECRET_KEY = {key!r}
SQLALCHEMY_DATABASE_URI = {own!r}
WTF_CSRF_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False  # DuckDB counts as a file of the server's
"""
_LOGIN = {"username": "admin", "password": "secret", "provider": "db"}
_ADMIN = ("--username", "admin", "--password", "secret", "--firstname", "A", "--lastname", "B")


class Superset:
    """Databases, tables and charts, by what Superset answers."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def add_database(self, name: str, uri: str, **engine: Any) -> int:
        """Connect to a database as an administrator does; give its id."""
        extra = json.dumps({"engine_params": engine})
        return self._made("database", database_name=name, sqlalchemy_uri=uri, extra=extra)

    def tables(self, database: int, schema: str) -> set[str]:
        """Names of what a reader may choose from."""
        found = self._got(f"database/{database}/tables/", q=f"(force:!t,schema_name:{schema})")
        return {table["value"] for table in found["result"]}

    def table(self, database: int, schema: str, name: str) -> dict[str, Any]:
        """What a table is said to be, with its columns."""
        found = self._got(f"database/{database}/table_metadata/", name=name, schema=schema)
        assert isinstance(found, dict)
        return found

    def add_dataset(self, database: int, schema: str, table: str) -> int:
        """Make a table one that charts are drawn of; give its id."""
        return self._made("dataset", database=database, schema=schema, table_name=table)

    def add_chart(self, dataset: int, form: str, **query: Any) -> int:
        """Save a chart; give its id."""
        context = {
            "datasource": {"id": dataset, "type": "table"},
            "queries": [{"row_limit": 1000, **query}],
            "result_format": "json",
            "result_type": "full",
        }
        return self._made(
            "chart",
            slice_name=form,
            viz_type=form,
            datasource_id=dataset,
            datasource_type="table",
            params=json.dumps({"viz_type": form, "datasource": f"{dataset}__table"}),
            query_context=json.dumps(context),
        )

    def drawn(self, chart: int) -> list[dict[str, Any]]:
        """The values that a chart draws, asked for anew."""
        [result] = self._got(f"chart/{chart}/data/", force="true")["result"]
        assert result["status"] == "success", result["error"]
        return list(result["data"])

    def _made(self, kind: str, **what: Any) -> int:
        answer = self._client.post(f"{kind}/", json=what)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def _got(self, path: str, **parameters: str) -> Any:
        answer = self._client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def running(folder: Path, own: str) -> Iterator[Superset]:
    """A Superset with an administrator who is logged in, or a reason why there is none.

    Its own things lie in a database of PostgreSQL: on SQLite it allows a table's name only once.
    """
    if not (PROGRAMS / "superset").exists():
        pytest.skip("Superset is not installed: `make test-bi` does it")
    config = folder / "superset_config.py"
    config.write_text(_CONFIG.format(key="of this test alone " * 3, own=own))
    environment = os.environ | {"SUPERSET_CONFIG_PATH": str(config), "FLASK_APP": "superset"}
    port = free_port()
    with (folder / "superset.log").open("w") as log:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            command: list[str | Path] = [PROGRAMS / "superset", *arguments]
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)

        for step in (("db", "upgrade"), ("fab", "create-admin", *_ADMIN, "--email", "a@b.example")):
            assert start(*step).wait() == 0, (folder / "superset.log").read_text()[-3000:]
        assert start("init").wait() == 0
        server = start("run", "--port", str(port))
        try:
            wait_for(port)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1/", timeout=60) as client:
                token = client.post("security/login", json=_LOGIN).json()["access_token"]
                client.headers["Authorization"] = f"Bearer {token}"
                yield Superset(client)
        finally:
            server.kill()
            server.wait()
