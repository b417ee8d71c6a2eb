"""Schemas and the role of readers in PostgreSQL: which are ours, and who may read them."""

from orchestration.publishing.postgres.server import PostgresError, Server
from orchestration.publishing.published import SCHEMAS
from orchestration.sql import identifier, literal

# Whoever is a member of it may read what is published, and nothing else.
READER = "cx_reader"
# Where tables stand until all have come.
ARRIVING = {schema: f"{schema}_arriving" for schema in SCHEMAS}

_MARK = "Made by cx, which replaces all in it with each publish."
_MARKED = f"obj_description(oid, 'pg_namespace') = {literal(_MARK)}"
_NAMES = ", ".join(map(literal, (*ARRIVING, *ARRIVING.values())))


def require_ours(server: Server) -> None:
    """Make sure that what a publish replaces in the database was made by one.

    Raises:
        PostgresError: somebody else has a schema of one of these names.
    """
    others = server.rows(
        f"select nspname from pg_namespace where nspname in ({_NAMES}) and {_MARKED} is not true"
    )
    if others:
        names = ", ".join(name for (name,) in others)
        raise PostgresError(
            f"the database has a schema that is not of cx ({names}), which would be replaced: "
            "name another database in CX_PUBLISH_POSTGRES_URL, or rename that schema"
        )


def require_reader(server: Server) -> None:
    """Create the role of readers where there is none.

    Raises:
        PostgresError: there is none, and the user may not create it.
    """
    exists = f"select count(*) from pg_roles where rolname = {literal(READER)}"
    may_create = "select rolcreaterole or rolsuper from pg_roles where rolname = current_user"
    if server.rows(exists) == [(1,)]:
        return
    if server.rows(may_create) != [(True,)]:
        raise PostgresError(
            f"it has no role {READER}, and this user may not create it: "
            f"have an administrator say `create role {READER}`"
        )
    server.execute(f"create role {READER}")


def create_arriving(server: Server) -> None:
    """Create the schemas that tables arrive in, empty, without what a crash left in them."""
    server.execute(
        "".join(
            f"""
            drop schema if exists {identifier(schema)} cascade;
            create schema {identifier(schema)};
            comment on schema {identifier(schema)} is {literal(_MARK)};
            """
            for schema in ARRIVING.values()
        )
    )
    # DuckDB remembers which schemas there were.
    server.duckdb.execute("call pg_clear_cache()")


def let_read(server: Server) -> None:
    """Let readers select from all that has arrived."""
    schemas = ", ".join(map(identifier, ARRIVING.values()))
    server.execute(
        f"grant usage on schema {schemas} to {READER};"
        f"grant select on all tables in schema {schemas} to {READER}"
    )
