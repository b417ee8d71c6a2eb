"""Reviews, mentions, free texts and themes, recomputed by pandas."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.recomputation.test_interactions import is_sound
from tests.recomputation.test_support import LEAST, newest

Ask = Callable[[str], pd.DataFrame]
WEEK = pd.Timedelta(days=7)
# Source of a text, table, key, instant and column of the text.
TEXTS = (
    ("answer", "survey/responses", "response_id", "responded_at", "comment"),
    ("review", "voice/reviews", "review_id", "published_at", "body"),
    ("mention", "voice/mentions", "mention_id", "posted_at", "body"),
    ("post", "voice/posts", "post_id", "posted_at", "body"),
    ("note", "voice/notes", "note_id", "recorded_at", "body"),
    ("ticket", "tickets/tickets", "ticket_id", "created_at", "subject"),
)


@pytest.fixture(scope="module")
def reviews(landed: Ask) -> pd.DataFrame:
    rows = [
        row
        for row in newest(landed("voice/reviews"), "review_id").to_dict("records")
        if is_sound(row) and row["published_at"]
    ]
    at = pd.to_datetime([row["published_at"] for row in rows], format="ISO8601")
    rating = [float(row["rating"]) / float(row["rating_max"]) for row in rows]
    return pd.DataFrame({"month": at.to_period("M"), "rating": rating})


def test_ratings(published: Ask, reviews: pd.DataFrame) -> None:
    found = published(
        """
        select period_start, reviews, rating_mean, rating_mean_se from marts.voice_by_segment
        where period_grain = 'month' and segment_type = 'all' and reviews > 0 order by 1
        """
    )
    by_month = reviews.groupby("month").rating
    assert [str(day)[:7] for day in found.period_start] == [str(month) for month in by_month.groups]
    assert list(found.reviews) == list(by_month.size())
    enough = (by_month.size() >= LEAST).to_numpy()
    assert enough.any()
    for column, expected in (("rating_mean", by_month.mean()), ("rating_mean_se", by_month.sem())):
        wanted = np.where(enough, expected.to_numpy(), np.nan)
        np.testing.assert_allclose(found[column], wanted, atol=2e-9)


def test_each_text_stands_once(published: Ask, landed: Ask) -> None:
    """Blank ones are none; those that a customer sends again within seven days repeat another.

    Of an answer that is given again the last one's text counts, and those before it repeat it.
    """
    frames = []
    for source, table, key, instant, column in TEXTS:
        rows = [row for row in newest(landed(table), key).to_dict("records") if is_sound(row)]
        frame = pd.DataFrame(rows).rename(columns={key: "id", instant: "at", column: "text"})
        if "is_deleted" in frame:
            frame = frame[frame.is_deleted != "true"]
        frames.append(frame[["id", "at", "text", "customer_id"]].assign(source=source))
    texts = pd.concat(frames, ignore_index=True)
    texts["words"] = texts.text.fillna("").str.lower().str.split().str.join(" ")
    texts = texts[(texts.words != "") & (texts["at"] != "")]
    texts["at"] = pd.to_datetime(texts["at"], format="ISO8601", utc=True)
    texts = texts.sort_values(["at", "source", "id"])
    known = texts[texts.customer_id.fillna("") != ""]
    resubmitted = set(
        published(
            "select response_id from marts.fct_survey_responses"
            " where exclusion_reason = 'resubmitted'"
        ).response_id
    )
    repeats: set[int] = set()
    for _, alike in known.groupby(["customer_id", "words"]):
        rows = list(alike.itertuples())
        for place, row in enumerate(rows):
            others = [other for other in rows[:place] if not is_given_again(other, resubmitted)]
            if is_given_again(row, resubmitted):
                others += rows[place + 1 :]
            if any(abs(row.at - other.at) <= WEEK for other in others):
                repeats.add(row.Index)
    expected = {
        (source, text): index in repeats
        for index, source, text in zip(texts.index, texts.source, texts.id, strict=True)
    }
    found = published("select text_source, text_id, is_repeat from marts.fct_texts")
    employees = set(
        published(
            "select response_id from marts.fct_survey_responses"
            " where exclusion_reason = 'employee_audience'"
        ).response_id
    )
    assert {(source, text): repeat for source, text, repeat in found.itertuples(index=False)} == {
        (source, text): repeat
        for (source, text), repeat in expected.items()
        if source != "answer" or text not in employees
    }
    assert 0 < len(repeats) < len(expected)


def is_given_again(text: Any, resubmitted: set[str]) -> bool:
    return text.source == "answer" and text.id in resubmitted


def test_what_is_told_of_texts_adds_up(published: Ask) -> None:
    """Sentiments and themes of single texts give those of the tables by segment."""
    whole = published("from marts.fct_texts")
    texts = whole[~whole.is_repeat]
    voices = texts[texts.text_source.isin(["review", "mention", "post", "note"])]
    bands = voices.sentiment_band.value_counts()
    ((found, *counts),) = published(
        """
        select net_sentiment, positive, neutral, negative from marts.voice_by_segment
        where period_grain = 'all' and segment_type = 'all'
        """
    ).itertuples(index=False)
    assert counts == [bands.get(band, 0) for band in ("positive", "neutral", "negative")]
    if sum(counts) >= LEAST:
        assert found == pytest.approx((counts[0] - counts[2]) / sum(counts))
    else:
        assert pd.isna(found)
    looked_at = texts[texts.theme_method.notna()]
    answers = published(
        "select 'answer' as text_source, response_id as text_id, answer_band as band"
        " from marts.fct_survey_responses where is_scored and metric = 'nps'"
    )
    key = ["text_source", "text_id"]
    themes = published("from marts.fct_text_themes")
    themed = looked_at.merge(themes, on=key)
    scored = whole[whole.theme_method.notna()].merge(themes, on=key).merge(answers, on=key)
    shown: Any = published(
        "from marts.themes_by_segment where period_grain = 'all' and segment_type = 'all'"
    ).set_index("theme")
    assert set(shown.index) == set(themed.theme) | set(scored.theme)
    for theme in shown.index:
        row, rows = shown.loc[theme], themed[themed.theme == theme]
        bands = scored.band[scored.theme == theme]
        assert (row.comments, row.comments_scored) == (len(rows), len(looked_at))
        low, high = proportion_confint(len(rows), len(looked_at), method="wilson")
        assert (row.share_ci_low, row.share_ci_high) == pytest.approx((low, high), abs=2e-9)
        assert row.nps_commenters == len(bands)
        if row.nps_commenters >= LEAST:
            spread = (bands == "positive").sum() - (bands == "negative").sum()
            assert row.nps_of_commenters == pytest.approx(100 * spread / row.nps_commenters)
        assert row.sentiments == rows.sentiment.notna().sum()
        if row.sentiments >= LEAST:
            assert row.sentiment_mean == pytest.approx(rows.sentiment.mean(), abs=1e-7)


def test_share_of_voice(published: Ask, landed: Ask) -> None:
    """Of all brands where both are listened for, with Wilson's interval of as many authors."""
    frames = []
    for table, own in (("voice/mentions", "(own)"), ("voice/competitor_mentions", None)):
        found = newest(landed(table), "mention_id").to_dict("records")
        rows = [row for row in found if is_sound(row)]
        frame = pd.DataFrame(rows)
        frames.append(frame.assign(brand=own) if own else frame)
    mentions = pd.concat(frames)
    mentions["day"] = pd.to_datetime(mentions.posted_at, format="ISO8601").dt.floor("D")
    since = mentions[mentions.brand != "(own)"].groupby("platform").day.min()
    mentions = mentions[mentions.day >= mentions.platform.map(since)]
    authors = mentions.groupby([mentions.platform, mentions.author_handle.str.lower()]).size()
    effective = authors.sum() ** 2 / (authors**2).sum()
    rows = published(
        "from marts.share_of_voice where period_grain = 'all' and segment_type = 'all'"
    ).set_index("brand")
    counts = mentions.brand.value_counts()
    assert rows.mentions.to_dict() == counts.to_dict() and len(counts) > 2
    for brand, row in rows.iterrows():
        share = counts[brand] / counts.sum()
        low, high = proportion_confint(share * effective, effective, method="wilson")
        found = [row.effective_mentions, row.share, row.share_ci_low, row.share_ci_high]
        assert found == pytest.approx([effective, share, low, high])
