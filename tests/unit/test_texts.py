"""What is told of free texts: language, sentiment by what came with a score, and themes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from orchestration.building.fits.texts import fit
from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.extra import versions
from orchestration.building.fits.texts.fit import Given, fit_texts
from orchestration.building.fits.texts.heads import Scored, sentiments, unseen_chances
from orchestration.building.fits.texts.languages import detector, surest
from orchestration.settings import DBT_PROJECT_DIR

needs_text = pytest.mark.skipif(not versions(), reason="the extra `text` is not installed")
SOURCES = DBT_PROJECT_DIR / "models/intermediate/_fits__sources.yml"
(SOURCE,) = yaml.safe_load(SOURCES.read_text())["sources"]
GIVEN = Given("written", "registry", Bars(200, 0.75, 0.88, 0.8, 0.4))
PARTS = ("the parcel", "the box", "delivery", "the shop", "the app", "the invoice", "support")
GOOD = ("great", "lovely", "fast and friendly", "perfect", "better than expected")
BAD = ("awful", "broken", "late again", "a disgrace", "worse than ever")


def silently(_: str) -> None:
    """Nobody reads along."""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema fits")
        for table in SOURCE["tables"]:
            columns = ", ".join(f"{c['name']} {c['data_type']}" for c in table["columns"])
            connection.execute(f"create table fits.{table['name']} ({columns})")
        connection.execute("create table registry (theme text, phrase text, language text)")
        connection.execute(
            """
            create table written (
                text_source text, text_id text, text_hash text, customer_id text, body text,
                language text, score_band text, rating double, is_repeat boolean,
                happened_at timestamp
            )
            """
        )
        yield connection


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "versions", lambda: None)


def write(connection: duckdb.DuckDBPyConnection, body: str, **told: Any) -> None:
    """A text of a customer of its own, unless told otherwise."""
    number = connection.table("written").count("*").fetchall()[0][0]
    row = {
        "text_source": "answer",
        "text_id": f"t{number}",
        "customer_id": f"c{number}",
        "body": body,
        "language": "en",
        "is_repeat": False,
        "happened_at": datetime(2026, 1, 1),
        **told,
    }
    columns = ", ".join(f"${name} as {name}" for name in row)
    connection.execute(
        f"insert into written by name select {columns}, md5(lower($body)) as text_hash", row
    )


def write_scored(connection: duckdb.DuckDBPyConnection, count: int, **told: Any) -> None:
    """As many comments, half of them of promoters, no two alike."""
    for n in range(count):
        words, band = ((GOOD, "promoter"), (BAD, "detractor"))[n % 2]
        tone = f"{words[n % 5]}, {words[(n // 10) % 5]}"
        write(connection, f"{PARTS[n % 7]} was {tone} {n}", score_band=band, **told)


def told(connection: duckdb.DuckDBPyConnection, columns: str) -> dict[str, Any]:
    """What is told of each text, by its body."""
    rows = connection.execute(
        f"""
        select distinct body, {columns}
        from fits.text_sentiments join (select text_hash, body from written) using (text_hash)
        """
    ).fetchall()
    return {body: rest[0] if len(rest) == 1 else tuple(rest) for body, *rest in rows}


def themes(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    query = "select distinct body, theme from fits.text_themes join written using (text_hash)"
    return set(connection.execute(query).fetchall())


def test_languages_that_are_written_alike_are_surer_together() -> None:
    assert surest([("hr", 0.4), ("bs", 0.3), ("sr", 0.2), ("sl", 0.1)]) == "hbs"
    assert surest([("ms", 0.5), ("id", 0.4), ("en", 0.1)]) == "msa"
    assert surest([("sl", 0.6), ("hr", 0.4)]) is None
    assert surest([("zxx", 0.99), ("en", 0.01)]) is None


@needs_text
def test_what_is_too_short_or_no_language_is_not_told() -> None:
    detect = detector()
    assert detect("Die Lieferung kam zu spät und das Paket war beschädigt.") == "de"
    assert detect("La livraison est arrivée en retard, et le colis abîmé.") == "fr"
    assert detect("Dostava je kasnila, a paket je bio oštećen.") == "hbs"
    assert detect("Penghantaran lambat dan bungkusan itu rosak.") == "msa"
    assert [detect(text) for text in ("ok", "top", "12345 / 67", "😀", "")] == [None] * 5


@pytest.mark.usefixtures("without_the_extra")
def test_the_language_that_most_rows_of_a_text_name_counts(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for language in ("fr", "de", "de", None, None, None):
        write(connection, "Super", language=language)
    write(connection, "Dobro", language="hr")
    write(connection, "Hm", language=None)
    fit_texts(connection, GIVEN, 1, silently)
    assert told(connection, "language, language_method") == {
        "Super": ("de", "source"),
        "Dobro": ("hbs", "source"),
        "Hm": (None, None),
    }


@pytest.mark.usefixtures("without_the_extra")
def test_languages_that_are_told_of_as_one_are_a_table(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for body in ("Dobro", "Loše"):
        write(connection, body, language="sr")
        fit_texts(connection, GIVEN, 1, silently)
    query = "select language_group, language from fits.text_languages order by all"
    assert connection.execute(query).fetchall() == [
        *(("hbs", language) for language in ("bs", "hr", "sh", "sr")),
        *(("msa", language) for language in ("id", "ms")),
    ]


def test_no_head_saw_the_text_or_the_customer_that_it_is_judged_by() -> None:
    """Scores at random, and features that are but the text's own: who sees them tells them all."""
    chance = np.random.default_rng(1)
    kinds = chance.random(120) < 0.5
    texts, customers = np.arange(240) // 2, np.arange(240) // 2 + 1000
    for same_text in (True, False):
        own = np.repeat(np.eye(120), 2, axis=0)
        scored = Scored(
            texts=texts if same_text else np.arange(240),
            customers=np.arange(240) if same_text else customers,
            languages=np.full(240, "en", dtype=object),
            tones=np.where(np.repeat(kinds, 2), 1, -1),
            folds=texts % 5 if same_text else np.arange(240) % 5,
        )
        assert np.abs(sentiments(unseen_chances(own, scored))).max() < 0.1


@pytest.mark.usefixtures("without_the_extra")
def test_sentiment_is_told_from_200_scored_texts_on(connection: duckdb.DuckDBPyConnection) -> None:
    write_scored(connection, 199)
    write(connection, "support was lovely, perfect")
    write(connection, "support was awful, broken")
    write(connection, "Ganz toll", language="de")
    report = fit_texts(connection, GIVEN, 1, silently)
    assert [(m["language"], m["holdout_texts"], m["is_used"]) for m in report.models] == [
        ("en", 0, False)
    ]
    assert set(told(connection, "sentiment, sentiment_method").values()) == {(None, None)}

    write(connection, "the shop was great 200", score_band=None, rating=0.8)
    (model,) = fit_texts(connection, GIVEN, 1, silently).models
    assert (model["method"], model["holdout_texts"], model["is_used"]) == ("ngrams", 200, True)
    assert model["auc_ci_low"] > 0.75 and model["trained_until"] == datetime(2026, 1, 1)
    sentiments = told(connection, "sentiment")
    assert sentiments["support was lovely, perfect"] > 0.2
    assert sentiments["support was awful, broken"] < -0.2
    assert sentiments["Ganz toll"] is None
    assert {abs(value) <= 1 for value in sentiments.values() if value is not None} == {True}


@pytest.mark.usefixtures("without_the_extra")
def test_scores_that_words_do_not_tell_tell_no_sentiment(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    write_scored(connection, 220)
    chance = "case when hash(text_id) % 2 = 0 then 'promoter' else 'detractor' end"
    connection.execute(f"update written set score_band = {chance}")
    (model,) = fit_texts(connection, GIVEN, 1, silently).models
    assert (model["holdout_texts"], model["is_used"]) == (220, False)
    assert model["auc_ci_low"] < 0.5 < model["auc_ci_high"]
    assert set(told(connection, "sentiment").values()) == {None}


@pytest.mark.usefixtures("without_the_extra")
def test_one_kind_of_score_judges_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    write_scored(connection, 220)
    connection.execute("update written set score_band = 'promoter'")
    (model,) = fit_texts(connection, GIVEN, 1, silently).models
    assert (model["auc"], model["is_used"]) == (None, False)


@pytest.mark.usefixtures("without_the_extra")
def test_quality_is_of_texts_that_are_neither_neutral_nor_repeats(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    write_scored(connection, 200)
    write(connection, "so so", score_band="passive")
    write(connection, "so so", score_band=None, rating=0.6)
    write(connection, "the shop was perfect", score_band="promoter", is_repeat=True)
    write(connection, "the shop was awful, late again", score_band=None, rating=0.4)
    (model,) = fit_texts(connection, GIVEN, 1, silently).models
    assert model["holdout_texts"] == 201


@pytest.mark.usefixtures("without_the_extra")
def test_texts_like_those_of_passives_are_neutral(connection: duckdb.DuckDBPyConnection) -> None:
    write_scored(connection, 200)
    for n in range(60):
        write(connection, f"{PARTS[n % 7]} was nothing special {n}", score_band="passive")
    write(connection, "the van was nothing special")
    write(connection, "the van was perfect, lovely")
    write(connection, "the van was broken, awful")
    fit_texts(connection, GIVEN, 1, silently)
    found = told(connection, "sentiment_band, sentiment")
    bands = [
        found[f"the van was {how}"][0]
        for how in ("nothing special", "perfect, lovely", "broken, awful")
    ]
    assert bands == ["neutral", "positive", "negative"]
    assert abs(found["the van was nothing special"][1]) < 0.3


@pytest.mark.usefixtures("without_the_extra")
def test_a_head_stands_until_the_month_is_over(connection: duckdb.DuckDBPyConnection) -> None:
    write_scored(connection, 220)
    write(connection, "the box was lovely", happened_at=datetime(2026, 2, 1))
    fit_texts(connection, GIVEN, 1, silently)
    before = told(connection, "sentiment")
    write(connection, "the box was a box", score_band="promoter", happened_at=datetime(2026, 2, 3))
    (model,) = fit_texts(connection, GIVEN, 1, silently).models
    assert (model["holdout_texts"], model["trained_until"]) == (220, datetime(2026, 1, 1))
    after = told(connection, "sentiment")
    assert after.pop("the box was a box") is not None
    assert after == before

    write(connection, "the box came", happened_at=datetime(2026, 3, 1))
    (model,) = fit_texts(connection, GIVEN, 1, silently).models
    assert (model["holdout_texts"], model["trained_until"]) == (221, datetime(2026, 2, 3))


@pytest.mark.usefixtures("without_the_extra")
def test_themes_without_the_extra_are_whole_words_of_the_language(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        """
        insert into registry values
            ('delivery', 'Delivery', null), ('price', 'prix élevé', 'fr'), ('price', 'dear', 'en'),
            ('price', ' ', null), ('marks', '!!', null)
        """
    )
    write(connection, "Late DELIVERY!")
    write(connection, "deliveryman came; dearly missed")
    write(connection, "Un prix  élevé.", language="fr")
    write(connection, "Un prix élevés", language="fr")
    write(connection, "prix élevé", language="en")
    write(connection, "Oh dear", language=None)
    fit_texts(connection, GIVEN, 1, silently)
    assert themes(connection) == {("Late DELIVERY!", "delivery"), ("Un prix  élevé.", "price")}
    assert set(told(connection, "theme_method").values()) == {"words"}
    connection.execute("delete from registry")
    fit_texts(connection, GIVEN, 1, silently)
    assert themes(connection) == set()
    assert set(told(connection, "theme_method").values()) == {None}


@pytest.mark.usefixtures("without_the_extra")
def test_the_order_of_texts_shows_nowhere(connection: duckdb.DuckDBPyConnection) -> None:
    write_scored(connection, 210)
    fit_texts(connection, GIVEN, 1, silently)
    tables = ("text_sentiments", "text_heads")
    before = [connection.execute(f"from fits.{table} order by all").fetchall() for table in tables]
    connection.execute("create table others as from written order by hash(text_id)")
    connection.execute("delete from fits.text_inputs")
    again = replace(GIVEN, texts="others")
    assert fit_texts(connection, again, 1, silently).is_new
    assert before == [
        connection.execute(f"from fits.{table} order by all").fetchall() for table in tables
    ]


def test_where_nobody_writes_there_is_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into registry values ('delivery', 'delivery', null)")
    report = fit_texts(connection, GIVEN, 1, silently)
    assert (report.texts, report.embedded, report.models) == (0, 0, [])


@pytest.mark.usefixtures("without_the_extra")
def test_nothing_is_told_anew_before_something_changes(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    write(connection, "Fine")
    assert fit_texts(connection, GIVEN, 1, silently).is_new
    assert not fit_texts(connection, GIVEN, 1, silently).is_new
    connection.execute("insert into registry values ('delivery', 'fine', null)")
    assert fit_texts(connection, GIVEN, 1, silently).is_new
    connection.execute("delete from fits.text_sentiments")  # as an upgrade does
    assert fit_texts(connection, GIVEN, 1, silently).texts == 1


@needs_text
def test_each_text_is_embedded_once_and_forgotten_when_it_goes(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    said: list[str] = []
    connection.execute("insert into registry values ('delivery', 'the delivery was late', null)")
    for body in ("The parcel came too late", "the parcel came too late", "I like the app"):
        write(connection, body, language=None)
    assert fit_texts(connection, GIVEN, 1, said.append).embedded == 3  # a phrase, and two texts
    assert said == ["3 of 3 new texts embedded"]
    kept = "select text_hash, language, vector from fits.text_vectors"
    vectors = {row[0]: row for row in connection.execute(kept).fetchall()}
    assert themes(connection) == {
        ("The parcel came too late", "delivery"),
        ("the parcel came too late", "delivery"),
    }

    write(connection, "Das Paket ist bis heute nicht angekommen", language=None)
    assert fit_texts(connection, GIVEN, 1, said.append).embedded == 1
    assert fit_texts(connection, GIVEN, 1, said.append).embedded == 0
    assert said[1:] == ["1 of 1 new texts embedded"]
    assert told(connection, "language")["Das Paket ist bis heute nicht angekommen"] == "de"

    connection.execute("delete from written where body like 'Das%'")
    assert fit_texts(connection, GIVEN, 1, said.append).embedded == 0
    assert {row[0]: row for row in connection.execute(kept).fetchall()} == vectors
    connection.execute("delete from written")
    fit_texts(connection, GIVEN, 1, said.append)
    assert connection.execute(kept).fetchall() == []
    assert told(connection, "sentiment") == {}


@needs_text
def test_a_shared_head_is_judged_in_each_language(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """French comments are too few here to tell how well it does in French."""
    for n in range(60):
        words, band = ((GOOD, "promoter"), (BAD, "detractor"))[n % 2]
        write(connection, f"{PARTS[n % 7]} was {words[n % 5]} {n}", score_band=band)
    write(connection, "Absolument parfait", language="fr", score_band="promoter")
    write(connection, "it was superb")
    bars = replace(GIVEN.bars, min_texts=40)
    report = fit_texts(connection, replace(GIVEN, bars=bars), 1, silently)
    assert [(m["language"], m["method"], m["is_used"]) for m in report.models] == [
        ("en", "embedding", True),
        ("fr", "embedding", False),
    ]
    sentiments = told(connection, "sentiment")
    assert sentiments["it was superb"] > 0 and sentiments["Absolument parfait"] is None


@needs_text
def test_absurd_texts_stop_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    for body in ("very " * 1_000_000, "\0", "🤷", "' or 1=1; --", "%s {} \\"):
        write(connection, body, language=None)
    assert fit_texts(connection, GIVEN, 1, silently).embedded == 5
    lengths = connection.execute("select distinct len(vector) from fits.text_vectors").fetchall()
    assert lengths == [(384,)]
