"""Sentiment of each text whose language has a head of enough quality, and what heads there are."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from orchestration.building.fits.inputs import Row, rows
from orchestration.building.fits.maximum_likelihood import Array
from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.gathered import blocks, gather_scored
from orchestration.building.fits.texts.heads import (
    Flags,
    Head,
    Matrix,
    Scored,
    fold,
    quality,
    sentiments,
    unseen_chances,
)
from orchestration.building.fits.texts.methods import Method
from orchestration.sql import literal

BANDS = np.array(["negative", "neutral", "positive"])  # by TONES


@dataclass(frozen=True)
class Lesson:
    """Texts that heads learn from, with their hashes and features, and chances by unseen heads."""

    hashes: Sequence[str]
    features: Matrix
    scored: Scored
    chances: Array

    def of(self, languages: Sequence[str]) -> Flags:
        """Which of the texts are in some languages."""
        return np.isin(self.scored.languages, list(languages))

    @property
    def is_told(self) -> Flags:
        """Which of them a head that did not see them could tell."""
        return ~np.isnan(self.chances[:, 0])


def tell_sentiments(connection: duckdb.DuckDBPyConnection, method: Method, bars: Bars) -> list[Row]:
    """Create `told`, sentiments of texts; give what describes the heads, a row a language."""
    connection.execute(
        "create or replace temp table told (text_hash text, sentiment double, sentiment_band text)"
    )
    gather_scored(connection, bars)
    models = _languages(connection, method)
    languages = [model["language"] for model in models if model["trained_until"]]
    lessons = [_lesson(connection, method, shared) for shared in _sharing(languages, method)]
    best = {language: _best(lessons, language, bars) for language in languages}
    for lesson in lessons:
        used = [name for name, (row, by) in best.items() if by is lesson and row["is_used"]]
        if used:
            _tell(connection, method, lesson, used)
    return [
        model | (best[name][0] if (name := model["language"]) in best else {}) for model in models
    ]


def _sharing(languages: Sequence[str], method: Method) -> list[list[str]]:
    """Languages by the head that they share: each has its own, and where it can one of all, too."""
    own = [[language] for language in languages]
    return [*own, list(languages)] if method.is_shared and len(own) > 1 else own


def _best(lessons: Sequence[Lesson], language: str, bars: Bars) -> tuple[Row, Lesson]:
    """The head that is surely better in a language, its own among equals, and its quality."""
    judged = [
        (_judged(lesson, language, bars), lesson)
        for lesson in lessons
        if language in lesson.scored.languages
    ]
    return max(judged, key=lambda found: found[0].get("auc_ci_low") or 0)


def _languages(connection: duckdb.DuckDBPyConnection, method: Method) -> list[Row]:
    """A row for each language of scored texts, as of a head that was not fitted."""
    found = connection.execute(
        """
        select
            language, $method as method,
            null as auc, null as auc_ci_low, null as auc_ci_high,
            0 as holdout_texts,
            max(happened_at) filter (is_learned_from) as trained_until,
            false as is_used
        from scored group by language order by language
        """,
        {"method": method.name},
    )
    return rows(found)


def _lesson(
    connection: duckdb.DuckDBPyConnection, method: Method, languages: Sequence[str]
) -> Lesson:
    """What a head of some languages learns from."""
    columns = connection.execute(
        """
        select
            text_hash, described.body, scored.language, tone,
            dense_rank() over (order by text_hash) - 1 as text,
            dense_rank() over (
                order by customer_id is null, customer_id, if(customer_id is null, text_id, null)
            ) - 1 as customer
        from scored join described using (text_hash)
        where is_learned_from and scored.language in (select unnest($1))
        order by text_hash, text_source, text_id
        """,
        [list(languages)],
    ).fetchnumpy()
    hashes = columns["text_hash"].tolist()
    scored = Scored(
        texts=columns["text"],
        customers=columns["customer"],
        languages=np.asarray(columns["language"], dtype=object),
        tones=np.asarray(columns["tone"], dtype=np.intp),
        folds=np.array([fold(text_hash) for text_hash in hashes]),
    )
    features = method.features(hashes, columns["body"].tolist())
    return Lesson(hashes, features, scored, unseen_chances(features, scored))


def _judged(lesson: Lesson, language: str, bars: Bars) -> Row:
    """Quality of a head in one of its languages."""
    among = lesson.of([language]) & lesson.is_told & (lesson.scored.tones != 0)
    count = int(among.sum())
    found = quality(lesson.chances[among], lesson.scored.among(among))
    if found is None:
        return {"holdout_texts": count, "is_used": False}
    is_good = found.low is not None and bool(found.low >= bars.min_auc)
    return {
        "auc": found.value,
        "auc_ci_low": found.low,
        "auc_ci_high": found.high,
        "holdout_texts": count,
        "is_used": is_good and count >= bars.min_texts,
    }


def _tell(
    connection: duckdb.DuckDBPyConnection, method: Method, lesson: Lesson, languages: Sequence[str]
) -> None:
    """Keep the sentiments of all texts in some languages: unseen ones of those learned from."""
    among = lesson.of(languages) & lesson.is_told
    unseen = dict(zip(np.asarray(lesson.hashes)[among], lesson.chances[among], strict=True))
    _keep(connection, list(unseen), np.array(list(unseen.values())))
    head = Head(lesson.features, lesson.scored)
    named = ", ".join(map(literal, languages))
    others = f"language in ({named}) and text_hash not in (select text_hash from told)"
    for hashes, bodies in blocks(connection, others):
        _keep(connection, hashes, head.chances(method.features(hashes, bodies)))


def _keep(connection: duckdb.DuckDBPyConnection, hashes: Sequence[str], chances: Array) -> None:
    """The mean tone and the likeliest; six decimals, since more would tell machines apart."""
    told = np.round(chances, 6)
    connection.execute(
        "insert into told select unnest($1::text[]), round(unnest($2::double[]), 6),"
        " unnest($3::text[])",
        [list(map(str, hashes)), sentiments(told).tolist(), BANDS[told.argmax(axis=1)].tolist()],
    )
