"""Texts as they are looked at: each distinct one once, and those that came with a score."""

from collections.abc import Iterator

import duckdb

from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.languages import grouped

# Of a language; from 2,600 to 20,000 a fit on vectors grows from 0.02 s to 0.3 s.
_MOST_SCORED = 20_000
_BLOCK = 20_000

Block = tuple[tuple[str, ...], tuple[str, ...]]


def gather(connection: duckdb.DuckDBPyConnection, texts: str, themes: str) -> None:
    """Create `texts`, `phrases` and `wanted`, hash and body of what is to be looked at.

    Phrases are, where there is any text to liken to them.
    """
    connection.execute(f"create or replace temp view texts as from {texts}")
    connection.execute(
        f"""
        create or replace temp view phrases as
        select theme, phrase, language, concat('phrase ', phrase) as text_hash
        from {themes} where trim(phrase) <> ''
        """
    )
    connection.execute(
        """
        create or replace temp table wanted as
        select text_hash, min(body) as body from texts group by text_hash
        union all
        select distinct text_hash, phrase from phrases where exists (from texts)
        """
    )


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `described`: each distinct text with its language, and what told it.

    Where rows of one text name several languages, the one that most of them name.
    """
    connection.execute(
        f"""
        create or replace temp table described as
        with named as (
            select text_hash, {grouped("language")} as language, count(*) as rows_of_it
            from texts where language is not null group by all
        ),
        chosen as (
            select text_hash, language from named
            qualify row_number() over (
                partition by text_hash order by rows_of_it desc, language
            ) = 1
        )
        select
            text_hash,
            body,
            coalesce(chosen.language, vectors.language) as language,
            case
                when chosen.language is not null then 'source'
                when vectors.language is not null then 'detected'
            end as language_method
        from wanted
        left join chosen using (text_hash)
        left join fits.text_vectors as vectors using (text_hash)
        where text_hash not in (select text_hash from phrases)
        """
    )


def gather_scored(connection: duckdb.DuckDBPyConnection, bars: Bars) -> None:
    """Create `scored`: texts that came with a score, in languages that are known.

    `is_learned_from` says which a head learns from: those of months before the newest text's, once
    they are enough, so that heads and what they told stand for a month; of very many a part that
    the others do not change. Enough are those that are not neutral. The same text of a customer
    again is none.
    """
    connection.execute(
        """
        create or replace temp table scored as
        with judged as (
            select
                *,
                case
                    when score_band = 'promoter' or rating >= $positive_rating then 1
                    when score_band = 'detractor' or rating <= $negative_rating then -1
                    when score_band is not null or rating is not null then 0
                end as tone
            from texts
        ),
        told as (
            select
                judged.* exclude (language, body),
                described.language,
                happened_at < (select date_trunc('month', max(happened_at)) from texts) as is_before
            from judged inner join described using (text_hash)
            where tone is not null and not is_repeat and described.language is not null
        ),
        -- Not windows: DuckDB 1.5 takes a time quadratic in rows for such counts above another.
        languages as (
            select
                language,
                count(*) filter (tone <> 0) as texts_of_language,
                count(*) filter (tone <> 0 and is_before) as texts_before
            from told
            group by language
        )
        select
            *,
            (is_before or texts_before < $min_texts)
            and texts_of_language >= $min_texts
            and row_number() over (
                partition by language, is_before or texts_before < $min_texts
                order by md5(concat(text_source, ' ', text_id)), text_source, text_id
            ) <= $most
                as is_learned_from
        from told join languages using (language)
        """,
        {
            "positive_rating": bars.positive_rating,
            "negative_rating": bars.negative_rating,
            "min_texts": bars.min_texts,
            "most": _MOST_SCORED,
        },
    )


def blocks(connection: duckdb.DuckDBPyConnection, chosen: str) -> Iterator[Block]:
    """Hashes and bodies of texts that a condition in SQL chooses, some at a time, in one order."""
    after = ""
    while True:
        rows = connection.execute(
            f"""
            select text_hash, body from described
            where text_hash > $1 and ({chosen}) order by text_hash limit {_BLOCK}
            """,
            [after],
        ).fetchall()
        if not rows:
            return
        hashes, bodies = zip(*rows, strict=True)
        yield hashes, bodies
        after = hashes[-1]
