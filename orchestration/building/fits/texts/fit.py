"""Tells language, sentiment and themes of the texts that dbt gathered, and stores them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.building.fits.inputs import Row, fingerprint, rows
from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.extra import versions
from orchestration.building.fits.texts.gathered import describe, gather
from orchestration.building.fits.texts.languages import GROUPS
from orchestration.building.fits.texts.methods import method
from orchestration.building.fits.texts.sentiments import tell_sentiments
from orchestration.building.fits.texts.themes import find_alike, find_named
from orchestration.building.fits.texts.vectors import forget, look_at_new
from orchestration.warehouse import transaction

_CODE = sorted(Path(__file__).parent.glob("*.py"))
_TABLES = ("text_sentiments", "text_themes", "text_heads", "text_languages")


@dataclass(frozen=True)
class Report:
    """What is told now: distinct texts, those embedded anew, and a row for each head."""

    is_new: bool
    texts: int
    embedded: int
    models: list[Row]


@dataclass(frozen=True)
class Given:
    """Quoted names of the tables of texts and of themes, and what quality is asked of both."""

    texts: str
    themes: str
    bars: Bars


def fit_texts(
    connection: duckdb.DuckDBPyConnection, given: Given, threads: int, say: Callable[[str], None]
) -> Report:
    """Tell of all texts, unless they, themes, bars, code and packages are those of the last time.

    Args:
        connection: the warehouse, with the tables of the schema fits.
        given: what is told of, and how well.
        threads: how many may embed.
        say: gets a sentence after each batch of texts.
    """
    made_by = versions()
    made_of = fingerprint(connection, (given.texts, given.themes), _CODE, given.bars, made_by)
    if _stands(connection, made_of, given.texts):
        return _report(connection, is_new=False, embedded=0)
    gather(connection, given.texts, given.themes)
    forget(connection, made_by)
    embedded = look_at_new(connection, made_by, threads, say) if made_by else 0
    describe(connection)
    with transaction(connection):
        _tell(connection, given.bars, has_vectors=bool(made_by))
        connection.execute("create or replace table fits.text_inputs (input_fingerprint text)")
        connection.execute("insert into fits.text_inputs values ($1)", [made_of])
    return _report(connection, is_new=True, embedded=embedded)


def _stands(connection: duckdb.DuckDBPyConnection, made_of: str, texts: str) -> bool:
    """Whether what is told was told of the same, and is there: an upgrade may have emptied it."""
    connection.execute("create table if not exists fits.text_inputs (input_fingerprint text)")
    found = connection.execute(
        f"""
        from fits.text_inputs
        where input_fingerprint = $1
            and (exists (from fits.text_sentiments) or not exists (from {texts}))
        """,
        [made_of],
    )
    return bool(found.fetchall())


def _tell(connection: duckdb.DuckDBPyConnection, bars: Bars, *, has_vectors: bool) -> None:
    """Tell sentiments and themes, in place of what was told before."""
    by = method(connection, has_vectors)
    models = tell_sentiments(connection, by, bars)
    if has_vectors:
        find_alike(connection, bars)
    else:
        find_named(connection)
    for table in _TABLES:
        connection.execute(f"delete from fits.{table}")
    connection.execute(
        """
        insert into fits.text_sentiments by name
        select
            text_hash, language, language_method, sentiment, sentiment_band,
            case when sentiment is not null then $sentiment_method end as sentiment_method,
            case when exists (from phrases) then $theme_method end as theme_method
        from described left join told using (text_hash)
        order by text_hash
        """,
        {"sentiment_method": by.name, "theme_method": by.name if has_vectors else "words"},
    )
    connection.execute("insert into fits.text_themes by name from found order by all")
    connection.executemany("insert into fits.text_languages values (?, ?)", [*GROUPS.items()])
    for model in models:
        columns = ", ".join(f"${name} as {name}" for name in model)
        connection.execute(f"insert into fits.text_heads by name select {columns}", model)


def _report(connection: duckdb.DuckDBPyConnection, *, is_new: bool, embedded: int) -> Report:
    found = connection.execute("from fits.text_heads order by language")
    models = rows(found)
    counted = connection.execute("select count(*) from fits.text_sentiments").fetchall()
    return Report(is_new, counted[0][0], embedded, models)
