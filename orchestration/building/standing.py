"""What stands: a table is not built, and a test not asked, while all that it reads is as it was.

Whether something is as it was says its state: of a table its content, of a view its code and the
states of what it reads. So a table that is built anew with the same content stops the wave. A view
is created anew as the code of anything above it changes, since that may give it other columns. A
test that fails is asked in each run, and names rows of now.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
from dbt.contracts.graph.manifest import Manifest

from orchestration.building.code import code_of_nodes
from orchestration.sql import identifier

# What tells rows of raw tables apart; the hash covers the rest of a row.
_ROW_HASH = "_row_hash"
_BOOKKEEPING = f"{_ROW_HASH}, _file, _line, _landing_date, _loaded_at"
EVERY_COLUMN = "every_column"


@dataclass(frozen=True)
class Built:
    """A node as it was built or asked last: state of what it read, its content if it has any."""

    reads: str
    content: str | None
    at: datetime


@dataclass
class Standing:
    """States of the nodes of a project: before an invocation, and of those that it came by."""

    manifest: Manifest
    before: dict[str, Built]
    sources: dict[str, str]
    code: dict[str, str]
    now: dict[str, Built] = field(default_factory=dict)
    _states: dict[str, str | None] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)

    def stands(self, unique_id: str) -> Built | None:
        """The node as it stands; None where it is to be built or asked."""
        built = self.before.get(unique_id)
        return built if built and built.reads == self.reads(unique_id) else None

    def reads(self, unique_id: str) -> str | None:
        """State of all that a node is made from; None where that of a table is not known."""
        is_code = self._materialized(unique_id) in {"view", "seed"}
        return self._code_down_to(unique_id) if is_code else self._state_of_parents(unique_id)

    def is_table(self, unique_id: str) -> bool:
        """Whether a node has rows of its own."""
        return self._materialized(unique_id) in {"table", "incremental"}

    def _state(self, unique_id: str) -> str | None:
        if unique_id in self.sources:
            return self.sources[unique_id]
        if self.is_table(unique_id):
            built = self.now.get(unique_id) or self.before.get(unique_id)
            return built.content if built else None
        if unique_id not in self._states:  # all above is built when a node is asked for its state
            self._states[unique_id] = self._state_of_parents(unique_id)
        return self._states[unique_id]

    def _state_of_parents(self, unique_id: str) -> str | None:
        lines = [self.code[unique_id]]
        for parent in self._parents(unique_id):
            state = self._state(parent)
            if state is None:
                return None
            lines += [parent, state]
        return digest(lines)

    def _code_down_to(self, unique_id: str) -> str:
        if unique_id not in self._codes:
            parents = (node for node in self._parents(unique_id) if node in self.code)
            lines = [self.code[unique_id], *map(self._code_down_to, parents)]
            self._codes[unique_id] = digest(lines)
        return self._codes[unique_id]

    def _parents(self, unique_id: str) -> list[str]:
        return sorted(getattr(self.manifest.nodes[unique_id], "depends_on_nodes", []))

    def _materialized(self, unique_id: str) -> str:
        return str(self.manifest.nodes[unique_id].config.materialized)


def forget_standing(connection: duckdb.DuckDBPyConnection) -> None:
    """Have all built and asked anew."""
    connection.execute("drop table if exists ledger.built")


def forget_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Have nothing stand until it is told again, as a run may end before."""
    connection.execute("delete from ledger.built")


def read_standing(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, common_code: str, *, anew: bool
) -> Standing:
    """What was built before, and the states of the sources; nothing stands if all is done anew."""
    code = code_of_nodes(manifest, common_code)
    sources = {
        unique_id: _content(connection, source.schema, source.identifier)
        for unique_id, source in manifest.sources.items()
    }
    return Standing(manifest, {} if anew else read_built(connection), sources, code)


def keep_built(connection: duckdb.DuckDBPyConnection, built: Mapping[str, Built]) -> None:
    """Keep what was built and asked, in place of what it was before."""
    connection.execute("delete from ledger.built where unique_id in (from unnest($1))", [[*built]])
    columns = [
        list(built),
        [node.reads for node in built.values()],
        [node.content for node in built.values()],
        [node.at for node in built.values()],
    ]
    rows = "unnest(?::text[]), unnest(?::text[]), unnest(?::text[]), unnest(?::timestamp[])"
    connection.execute(f"insert into ledger.built select {rows}", columns)


def read_built(connection: duckdb.DuckDBPyConnection) -> dict[str, Built]:
    """What was built and asked, by name."""
    if not _columns(connection, "ledger", "built"):
        return {}
    rows = connection.execute("select unique_id, reads, content, built_at from ledger.built")
    return {name: Built(*built) for name, *built in rows.fetchall()}


def _content(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    columns = _columns(connection, schema, table)
    query = content_of(identifier(schema, table), told_apart_by(columns))
    return str(connection.execute(query).fetchall()[0][0]) if columns else ""


def state_of(connection: duckdb.DuckDBPyConnection, code: str, tables: Iterable[str]) -> str:
    """State of tables, given as SQL names, under some code."""
    contents = (
        f"{table} {connection.execute(content_of(table)).fetchall()[0][0]}"
        for table in sorted(tables)
    )
    return digest((code, *contents))


def digest(lines: Iterable[str]) -> str:
    """A short text for lines, another for others."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def content_of(table: str, read: str = EVERY_COLUMN) -> str:
    """A query for what tells a table from another: its rows, and the sum of their hashes."""
    return f"select {content(read)} from {table} as {EVERY_COLUMN}"


def content(read: str) -> str:
    """The same as an aggregate of the table, which is called `EVERY_COLUMN`."""
    return f"concat(count(*), ' ', sum(hash({read})))"


def told_apart_by(columns: Collection[str]) -> str:
    """What of the columns of a source tells its rows apart."""
    return _BOOKKEEPING if _ROW_HASH in columns else EVERY_COLUMN


def content_in_spark(table: str) -> str:
    """The same of a table in Spark, whose own hash of a row passes over nulls."""
    told = "map('ignoreNullFields', 'false', 'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')"
    row = f"cast(xxhash64(to_json(struct(*), {told})) as decimal(38, 0))"
    return f"select concat(count(*), ' ', coalesce(sum({row}), 0)) from {table}"


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    query = "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
    return [name for (name,) in connection.execute(query, [schema, table]).fetchall()]
