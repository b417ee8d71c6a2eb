"""What readers of PostgreSQL may count on while publishes come and go; on a real server."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
from psycopg.errors import InsufficientPrivilege
from pydantic import SecretStr, ValidationError

from orchestration.publishing.marts_file import tables_of
from orchestration.publishing.postgres import swap
from orchestration.publishing.postgres.arriving import arrive
from orchestration.publishing.postgres.send import is_behind, send
from orchestration.publishing.postgres.server import PostgresError, connected
from orchestration.publishing.publish import publish
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.postgres_server import IN_URL, PASSWORD, PostgresServer, program, running
from tests.unit.generations import first_generation, new_generation

pytestmark = pytest.mark.slow

PUBLISH = "select distinct publish_id from marts.publish_info"
GENERATION = "select distinct generation from marts.scores"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server with a publisher who may create roles, and others who may not."""
    with running() as server:
        server.create_login("publisher", "createrole")
        server.create_login("reader", "")
        yield server


@pytest.fixture
def database(server: PostgresServer) -> Iterator[str]:
    """An empty database of the publisher's."""
    server.say("create database cx owner publisher")
    yield "cx"
    server.say("drop database cx (force)")
    server.say("drop role if exists cx_reader")


@pytest.fixture
def settings(tmp_path: Path, server: PostgresServer, database: str) -> Settings:
    """A first publish, which readers of the file see."""
    settings = first_generation(
        tmp_path, publish_postgres_url=SecretStr(server.url(database, "publisher"))
    )
    publish(settings)
    return settings


def publish_next(settings: Settings, generation: int) -> None:
    new_generation(settings, generation)
    publish(settings)


def read(server: PostgresServer, query: str) -> Any:
    with server.connect("cx") as connection:
        return connection.execute(query).fetchall()


def in_file(settings: Settings, query: str) -> Any:
    with duckdb.connect(settings.published_dir / "cx.duckdb", read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_readers_get_every_table_with_its_rows_and_comments(
    settings: Settings, server: PostgresServer
) -> None:
    with connect(settings) as warehouse:
        warehouse.execute(
            """
            create table marts."select ""x"" of" as
            select 1 as "group", 'it''s 100 % \\ "this"' as words, 'a' || chr(0) || 'b' as cut,
                ['a', null, '{"'] as list, 1.50::decimal(18, 2) as money, 'inf'::double as endless,
                null::date as never, timestamp '2026-01-02 03:04:05' as at, true as yes
            """
        )
        warehouse.execute("""comment on table marts.scores is 'It''s a "score"; really'""")
        warehouse.execute("comment on column marts.scores.id is 'Customer''s key'")
        warehouse.execute("create schema bi")
        warehouse.execute("create view bi.doubled as select id * 2 as twice from marts.scores")
    publish(settings)
    sent = send(settings) or {}
    assert set(sent) == {
        "bi.doubled",
        "marts.data_quality",
        "marts.publish_info",
        "marts.scores",
        'marts.select "x" of',
    }
    assert read(server, 'select * from marts."select ""x"" of"') == [
        (
            1,
            'it\'s 100 % \\ "this"',
            "a\N{REPLACEMENT CHARACTER}b",
            ["a", None, '{"'],
            1.5,
            float("inf"),
            None,
            datetime(2026, 1, 2, 3, 4, 5),
            True,
        )
    ]
    for table, key in (("scores", "id"), ("publish_info", "source_table")):
        query = f"select * from marts.{table} order by {key}"
        assert read(server, query) == in_file(settings, query) != []
    assert read(server, "select sum(twice) from bi.doubled") == [(999_000,)]
    assert read(server, "select obj_description('marts.scores'::regclass)") == [
        ('It\'s a "score"; really',)
    ]
    assert read(server, "select col_description('marts.scores'::regclass, 1)") == [
        ("Customer's key",)
    ]
    uncommented = "where col_description(attrelid, attnum) is null and attnum > 0"
    of = "from pg_attribute {} and attrelid = 'marts.publish_info'::regclass"
    assert read(server, f"select count(*) {of.format(uncommented)}") == [(0,)]


def test_types_that_postgres_has_not_come_as_text_or_json(
    settings: Settings, server: PostgresServer
) -> None:
    with connect(settings) as warehouse:
        warehouse.execute(
            """
            create table marts.odd as
            select 'a'::enum('a', 'b]') as kind, {'n': 1} as pair, [{'n': 'x'}] as pairs,
                map {'k': 1} as named, ['b]'::enum('b]')] as kinds
            """
        )
    publish(settings)
    send(settings)
    assert read(server, "select * from marts.odd") == [
        ("a", {"n": 1}, [{"n": "x"}], {"k": 1}, ["b]"])
    ]


def test_what_readers_have_is_not_sent_again(settings: Settings, server: PostgresServer) -> None:
    assert is_behind(settings)
    assert send(settings)
    tables = read(server, "select oid from pg_class where relname = 'scores'")
    assert not is_behind(settings)
    assert send(settings) is None
    assert read(server, "select oid from pg_class where relname = 'scores'") == tables
    publish_next(settings, 2)
    assert is_behind(settings)
    assert send(settings)
    assert read(server, GENERATION) == [(2,)]


def test_nothing_is_sent_where_no_server_is_set(settings: Settings) -> None:
    unset = Settings(home=settings.home)
    assert send(unset) is None
    assert not is_behind(unset)


@contextmanager
def reading(*readers: Callable[[], Any]) -> Iterator[list[list[Any]]]:
    """Let readers read on, side by side; give what each has seen, errors too."""
    until = threading.Event()
    seen: list[list[Any]] = [[] for _ in readers]

    def read_on(read_once: Callable[[], Any], of_reader: list[Any]) -> None:
        while not until.wait(0.01):
            try:
                of_reader.extend(read_once())
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is the point
                of_reader.append(error)

    with ThreadPoolExecutor() as threads:
        try:
            at_work = [threads.submit(read_on, *pair) for pair in zip(readers, seen, strict=True)]
            yield seen
        finally:
            until.set()
    assert all(reader.result() is None for reader in at_work)


def test_no_reader_fails_or_sees_two_publishes_in_a_transaction(
    settings: Settings, server: PostgresServer
) -> None:
    send(settings)
    single = server.connect("cx", autocommit=True)
    transactional = server.connect("cx")
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: server.connect("cx"), pool_size=1
    )

    def by_statement() -> Any:
        query = "select distinct publish_id, generation from marts.publish_info, marts.scores"
        return single.execute(query).fetchall()

    def by_transaction() -> Any:
        with transactional.transaction():
            [(generation,)] = transactional.execute(GENERATION).fetchall()
            time.sleep(0.02)
            [(publish_id,)] = transactional.execute(PUBLISH).fetchall()
        return [(publish_id, generation)]

    def by_pool() -> Any:
        with engine.begin() as connection:
            [(publish_id,)] = connection.execute(sqlalchemy.text(PUBLISH)).fetchall()
            [(generation,)] = connection.execute(sqlalchemy.text(GENERATION)).fetchall()
        return [(publish_id, generation)]

    def by_psql() -> Any:
        transaction = f"begin; {GENERATION}; {PUBLISH}; commit"
        command = [program("psql") or "psql", server.url("cx"), "-Atqc", transaction]
        generation, publish_id = subprocess.check_output(command, text=True).split()
        return [(publish_id, int(generation))]

    published = set()
    with reading(by_statement, by_transaction, by_pool, by_psql) as seen:
        for generation in range(2, 6):
            publish_next(settings, generation)
            send(settings)
            published.add((*in_file(settings, PUBLISH)[0], generation))
    for of_reader in seen:
        assert len(set(of_reader) & published) > 1
        assert len(set(of_reader) - published) <= 1  # the first


def test_readers_may_select_and_nothing_else(settings: Settings, server: PostgresServer) -> None:
    send(settings)
    server.say("grant cx_reader to reader")
    with server.connect("cx", "reader", autocommit=True) as reader:
        assert reader.execute(GENERATION).fetchall() == [(1,)]
        for statement in (
            "insert into marts.scores values (1, 1)",
            "update marts.scores set id = 1",
            "delete from marts.scores",
            "truncate marts.scores",
            "drop table marts.scores",
            "create table marts.mine (x int)",
            "comment on table marts.scores is 'mine'",
            "alter table marts.scores add mine int",
        ):
            with pytest.raises(InsufficientPrivilege):
                reader.execute(statement)
        publish_next(settings, 2)
        send(settings)
        assert reader.execute(GENERATION).fetchall() == [(2,)]


def test_who_may_not_create_the_role_is_told_who_may(
    settings: Settings, server: PostgresServer
) -> None:
    server.say("alter role publisher nocreaterole")
    try:
        with pytest.raises(PostgresError, match="create role cx_reader"):
            send(settings)
        assert read(server, "select to_regnamespace('marts') is null") == [(True,)]
        server.say("create role cx_reader")
        assert send(settings)
    finally:
        server.say("alter role publisher createrole")


def test_a_schema_of_somebody_else_is_left_alone(
    settings: Settings, server: PostgresServer
) -> None:
    server.say("create schema bi; create table bi.scores as select 7 as generation", "cx")
    with pytest.raises(PostgresError, match=r"a schema that is not of cx \(bi\)"):
        send(settings)
    assert read(server, "select * from bi.scores") == [(7,)]


def test_a_view_on_a_published_table_is_named_and_nothing_is_lost(
    settings: Settings, server: PostgresServer
) -> None:
    send(settings)
    server.say("create view public.mine as select * from marts.scores", "cx")
    publish_next(settings, 2)
    with pytest.raises(PostgresError, match=r"view mine depends on table marts.scores"):
        send(settings)
    assert read(server, GENERATION) == read(server, "select distinct generation from mine")
    assert read(server, GENERATION) == [(1,)]
    server.say("drop view public.mine", "cx")
    assert send(settings)
    assert read(server, GENERATION) == [(2,)]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("create table marts.mine as select 7 as mine", "table marts.mine depends on schema marts"),
        ("create view bi.mine as select 7 as mine", "view bi.mine depends on schema bi"),
    ],
)
def test_what_somebody_else_made_in_our_schemas_is_named_and_stays(
    settings: Settings, server: PostgresServer, made: str, said: str
) -> None:
    send(settings)
    server.say(made, "cx")
    publish_next(settings, 2)
    with pytest.raises(PostgresError, match=said):
        send(settings)
    assert read(server, GENERATION) == [(1,)]
    assert read(server, f"select mine from {made.split()[2]}") == [(7,)]


def test_a_transaction_that_never_ends_is_named_and_keeps_nobody_else_waiting(
    settings: Settings, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_PATIENCE_SECONDS", 1.0)
    send(settings)
    publish_next(settings, 2)
    with server.connect("cx") as idle:
        idle.execute(GENERATION)
        with pytest.raises(PostgresError) as raised:
            send(settings)
        assert f"admin (process {idle.info.backend_pid})" in str(raised.value)
        assert read(server, GENERATION) == [(1,)]
    assert send(settings)
    assert read(server, GENERATION) == [(2,)]


def test_what_a_crash_left_half_way_is_made_anew(
    settings: Settings, server: PostgresServer
) -> None:
    send(settings)
    publish_next(settings, 2)
    assert settings.publish_postgres_url
    with connected(settings, settings.publish_postgres_url.get_secret_value()) as half:
        arrive(half, tables_of(half.duckdb))
    assert read(server, GENERATION) == [(1,)]
    assert send(settings)
    assert read(server, GENERATION) == [(2,)]
    assert read(server, "select to_regnamespace('marts_arriving') is null") == [(True,)]


def test_a_server_that_is_down_gets_the_publish_once_it_is_up(
    settings: Settings, server: PostgresServer
) -> None:
    server.stop()
    try:
        with pytest.raises(PostgresError) as raised:
            send(settings)
        assert is_behind(settings)
    finally:
        server.start()
    assert "No such file" in str(raised.value) or "refused" in str(raised.value)
    assert "the next `cx run` sends it" in str(raised.value)
    assert send(settings)


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [
        ("publisher", "wr%2Fong", "password authentication failed"),
        ("nobody", IN_URL, "password authentication failed"),
        ("publisher", "", "no password supplied"),
    ],
)
def test_no_error_tells_a_password(
    settings: Settings, server: PostgresServer, user: str, password: str, said: str
) -> None:
    url = server.url("cx", user, password)
    with pytest.raises(PostgresError) as raised:
        send(Settings(home=settings.home, publish_postgres_url=SecretStr(url)))
    assert said in str(raised.value)
    told = f"{raised.value} {raised.value.__cause__} {settings} {settings.model_dump_json()}"
    assert not [secret for secret in (PASSWORD, IN_URL, "wr/ong", "wr%2Fong") if secret in told]
    assert PASSWORD not in os.environ.values()


def test_duckdb_which_quotes_addresses_in_errors_is_not_told_the_password(
    settings: Settings,
) -> None:
    assert settings.publish_postgres_url
    with connected(settings, settings.publish_postgres_url.get_secret_value()) as connection:
        known = connection.duckdb.execute("from duckdb_databases()").fetchall()
    assert "publisher@" in str(known) and IN_URL not in str(known)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:s3cret@host/db",
        "user:s3cret@host",
        "postgresql://user:s3cret/more@host/db",
        "postgresql://user:s3cret#more@host/db",
        "postgresql://user:s3cret@[host/db",
        "s3cret",
    ],
)
def test_an_address_that_is_none_is_refused_without_telling_it(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_PUBLISH_POSTGRES_URL", url)
    with pytest.raises(ValidationError) as raised:
        Settings(home=tmp_path)
    assert "s3cret" not in str(raised.value)


def test_a_password_among_the_options_is_taken_out_too(
    settings: Settings, server: PostgresServer
) -> None:
    options = f"user=publisher&password={IN_URL}&host={server.folder}&options=-c%20jit%3Doff"
    assert send(
        Settings(home=settings.home, publish_postgres_url=SecretStr(f"postgresql:///cx?{options}"))
    )
    with pytest.raises(PostgresError) as raised:
        options = options.replace(IN_URL, "wr%2Fong")
        send(
            Settings(
                home=settings.home, publish_postgres_url=SecretStr(f"postgresql:///cx?{options}")
            )
        )
    assert "wr" not in str(raised.value).replace("wrong", "")
