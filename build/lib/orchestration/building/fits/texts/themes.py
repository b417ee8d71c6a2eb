"""Themes of each text: those that one of the registry's phrases is like, or stands in."""

import duckdb
import numpy as np

from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.gathered import blocks
from orchestration.building.fits.texts.languages import grouped
from orchestration.building.fits.texts.vectors import read_vectors


def find_alike(connection: duckdb.DuckDBPyConnection, bars: Bars) -> None:
    """Create `found`: themes of texts by likeness, to phrases of whatever language.

    Of all phrases alone: a theme that is added changes none of the others.
    """
    connection.execute("create or replace temp table found (text_hash text, theme text)")
    phrases = connection.execute(
        """
        select text_hash, theme from phrases semi join fits.text_vectors using (text_hash)
        order by all
        """
    ).fetchall()
    if not phrases:
        return
    themes = np.array([theme for _, theme in phrases])
    alike_to = read_vectors(connection, [text_hash for text_hash, _ in phrases]).T
    for hashes, _ in blocks(connection, "true"):
        is_alike = read_vectors(connection, hashes) @ alike_to >= bars.min_likeness
        texts, places = np.nonzero(is_alike)
        connection.execute(
            "insert into found select distinct unnest($1::text[]), unnest($2::text[])",
            [np.array(hashes)[texts].tolist(), themes[places].tolist()],
        )


def find_named(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `found`: themes of texts by phrases of their language, or of all, as whole words."""
    connection.execute(
        f"""
        create or replace temp table found as
        with worded as (
            select text_hash, language, {_words("body")} as words from described
        )
        select distinct text_hash, theme
        from worded
        inner join (
            select theme, {grouped("language")} as language, {_words("phrase")} as words
            from phrases
        ) as named on contains(worded.words, named.words)
        where trim(named.words) <> ''
            and (named.language is null or named.language = worded.language)
        """
    )


def _words(column: str) -> str:
    """SQL for the words of a text in lower case, with a blank before, between and after them."""
    words = rf"regexp_replace(lower({column}), '[^\p{{L}}\p{{M}}\p{{N}}]+', ' ', 'g')"
    return f"concat(' ', trim({words}), ' ')"
