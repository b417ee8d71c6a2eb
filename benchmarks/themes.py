"""`python -m benchmarks.themes FOLDER`: how well themes are told of labelled texts.

FOLDER holds the data of chatterbot-corpus 1.3.3 (BSD): conversations by topic, a folder a language.
Writes benchmarks/themes.md, figures alone.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.markdown import row
from benchmarks.report import FOLDER
from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.extra import versions
from orchestration.building.fits.texts.gathered import describe, gather
from orchestration.building.fits.texts.themes import find_alike
from orchestration.building.fits.texts.vectors import forget, look_at_new
from orchestration.building.fitting import fits_of
from orchestration.building.project import manifest
from orchestration.running.environment import export_environment
from orchestration.settings import Settings
from orchestration.sql import literal

FOLDERS = {"en": "english", "it": "italian", "ko": "korean", "uk": "ukrainian"}
# As a company would write them, before any text was looked at.
REGISTRY = FOLDER / "themes.csv"
LIKENESS = (0.84, 0.86, 0.88, 0.9)

_HEAD = """\
# How well themes are told

Written by `python -m benchmarks.themes FOLDER`, with the extra `text` ({versions}).
Texts are those of conversations that come with chatterbot-corpus 1.3.3 (BSD), by the topics that
their writers gave them: {topics}.
Of other topics (greetings, humour, emotions and so on) none is to be told. They are hard: short,
{letters:.0f} letters in the median, of anything but a company, and a topic is that of a whole
conversation, of which many a line tells nothing by itself. Each theme has two phrases, written
before any text was looked at: in English, or in the language of the texts.

Found: texts of a topic that have it. Right: how much of what was told of texts was their topic.
None: texts of other topics of which nothing was told, as it should be. The project tells a theme
from a likeness of {bar} on. Without the extra a phrase must stand in the text, as such long ones
never do.

"""
_HEADER = """\
| likeness from | phrases | language | texts of a topic | found | right | others | none |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |
"""
_JUDGED = """
    with judged as (
        select
            labelled.*,
            topic in (select theme from registry) as is_theme,
            count(theme) as told,
            count(*) filter (theme = topic) as rightly
        from labelled left join found using (text_hash) group by all
    )
    select
        language,
        count(*) filter (is_theme), avg(rightly) filter (is_theme),
        sum(rightly) / nullif(sum(told), 0),
        count(*) filter (not is_theme), avg((told = 0)::int) filter (not is_theme)
    from judged group by language order by language
"""


def main(folder: str) -> None:
    """Tell the themes of the conversations, and write the page."""
    settings = Settings()
    export_environment(settings)
    bars = fits_of(manifest(settings)).texts.bars
    with duckdb.connect() as connection:
        _prepare(connection, Path(folder))
        _look_at(connection, settings.threads)
        page = _head(connection, bars) + _HEADER
        for likeness in LIKENESS:
            page += "".join(_rows(connection, bars, likeness))
    (FOLDER / "themes.md").write_text(page, encoding="utf-8")


def _head(connection: duckdb.DuckDBPyConnection, bars: Bars) -> str:
    ((letters,),) = connection.sql("select median(length(body)) from labelled").fetchall()
    topics = ", ".join(
        topic
        for (topic,) in connection.sql("select distinct theme from written order by 1").fetchall()
    )
    return _HEAD.format(versions=versions(), topics=topics, letters=letters, bar=bars.min_likeness)


def _prepare(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create `labelled` of texts in one topic alone, and `written` of phrases in all languages."""
    connection.execute("create table conversations (language text, topic text, body text)")
    connection.executemany("insert into conversations values (?, ?, ?)", [*_texts(folder)])
    connection.execute(
        """
        create table labelled as
        select md5(body) as text_hash, body, language, min(topic) as topic from conversations
        group by body, language having count(distinct topic) = 1
        """
    )
    connection.execute(f"create table written as from read_csv({literal(str(REGISTRY))})")


def _texts(folder: Path) -> Iterator[tuple[str, str, str]]:
    for language, name in FOLDERS.items():
        for file in sorted((folder / name).glob("*.yml")):
            for lines in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]:
                yield from ((language, file.stem, str(line).strip()) for line in lines)


def _look_at(connection: duckdb.DuckDBPyConnection, threads: int) -> None:
    connection.execute("create schema fits")
    _register(connection, "true")
    forget(connection, versions())
    look_at_new(connection, str(versions()), threads, print)
    describe(connection)


def _register(connection: duckdb.DuckDBPyConnection, chosen: str) -> None:
    """Have `registry` be the phrases that a condition in SQL chooses."""
    connection.execute(
        f"""
        create or replace temp view registry as
        select theme, phrase, cast(null as text) as language from written where {chosen}
        """
    )
    gather(connection, "labelled", "registry")


def _rows(connection: duckdb.DuckDBPyConnection, bars: Bars, likeness: float) -> Iterator[str]:
    for written_in in FOLDERS:
        _register(connection, f"written.language = '{written_in}'")
        find_alike(connection, replace(bars, min_likeness=likeness))
        for language, *judged in connection.sql(_JUDGED).fetchall():
            if written_in in ("en", language):
                yield _row(likeness, written_in, language, *judged)


def _row(*cells: Any) -> str:
    *names, texts, found, right, others, none = cells
    shares = f"{found:.0%}", "" if right is None else f"{right:.0%}", f"{others:,}", f"{none:.0%}"
    return row(*names, texts, *shares)


if __name__ == "__main__":
    main(sys.argv[1])
