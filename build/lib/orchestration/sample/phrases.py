"""What customers write: a small pool by language and tone."""

import duckdb

PHRASES = {
    ("en", "positive"): (
        "Great support, my question was answered within minutes.",
        "Delivery was fast and everything arrived in perfect order.",
        "Love the new app, it is so easy to use.",
        "Excellent value, I would recommend it to anybody.",
        "The team was friendly and really helpful.",
        "Setup was simple and it just works.",
    ),
    ("en", "neutral"): (
        "It does what it should, no more and no less.",
        "Okay overall, the price is a bit high.",
        "Fine, although the invoice took a while.",
        "Average experience, nothing special.",
    ),
    ("en", "negative"): (
        "Terrible support, I waited three days for an answer.",
        "Delivery was late and the box was damaged.",
        "The app is slow and keeps crashing.",
        "Far too expensive for what you get.",
        "I had to explain my problem four times, very frustrating.",
        "The invoice was wrong and nobody cared.",
    ),
    ("de", "positive"): (
        "Toller Support, meine Frage wurde sofort beantwortet.",
        "Die Lieferung war schnell und alles kam heil an.",
        "Die neue App ist super und sehr einfach zu bedienen.",
        "Sehr gutes Preis-Leistungs-Verhältnis, klare Empfehlung.",
        "Freundliches Team, das wirklich hilft.",
    ),
    ("de", "neutral"): (
        "Ganz in Ordnung, aber der Preis ist etwas hoch.",
        "Es tut, was es soll, mehr nicht.",
        "Durchschnittlich, nichts Besonderes.",
    ),
    ("de", "negative"): (
        "Schlechter Support, ich habe drei Tage auf eine Antwort gewartet.",
        "Die Lieferung kam zu spät und das Paket war beschädigt.",
        "Die App ist langsam und stürzt ständig ab.",
        "Viel zu teuer für diese Leistung.",
        "Die Rechnung war falsch und niemand fühlte sich zuständig.",
    ),
    ("fr", "positive"): (
        "Excellent service, on m'a répondu tout de suite.",
        "Livraison rapide, tout est arrivé en parfait état.",
        "La nouvelle application est très simple, j'adore.",
        "Très bon rapport qualité-prix, je recommande.",
    ),
    ("fr", "neutral"): (
        "Correct dans l'ensemble, mais le prix est un peu élevé.",
        "Cela fonctionne, sans plus.",
        "Expérience moyenne, rien de particulier.",
    ),
    ("fr", "negative"): (
        "Service décevant, j'ai attendu trois jours une réponse.",
        "Livraison en retard et colis abîmé.",
        "L'application est lente et plante sans arrêt.",
        "Beaucoup trop cher pour ce que c'est.",
    ),
    ("es", "positive"): (
        "Excelente atención, resolvieron mi duda al momento.",
        "La entrega fue rápida y todo llegó perfecto.",
        "La nueva aplicación es muy fácil de usar, me encanta.",
        "Muy buena relación calidad-precio, lo recomiendo.",
    ),
    ("es", "neutral"): (
        "Está bien, aunque el precio es algo alto.",
        "Cumple, sin más.",
        "Una experiencia normal, nada especial.",
    ),
    ("es", "negative"): (
        "Mala atención, esperé tres días una respuesta.",
        "La entrega llegó tarde y el paquete estaba dañado.",
        "La aplicación es lenta y se cierra sola.",
        "Demasiado caro para lo que ofrece.",
    ),
}


# The one of those that complain which is about the price.
ABOUT_PRICE = {
    "en": "Far too expensive for what you get.",
    "de": "Viel zu teuer für diese Leistung.",
    "fr": "Beaucoup trop cher pour ce que c'est.",
    "es": "Demasiado caro para lo que ofrece.",
}


def price_complaint_probability(more: float) -> float:
    """Of complaints in English, those about the price, where so many are and the rest is drawn."""
    complaints = PHRASES["en", "negative"]
    return more + (1 - more) * complaints.count(ABOUT_PRICE["en"]) / len(complaints)


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `sim.phrases`: one row per language and tone with the list of its phrases."""
    connection.execute(
        "create table sim.phrases (language text, tone text, phrases text[], about_price text)"
    )
    connection.executemany(
        "insert into sim.phrases values (?, ?, ?, ?)",
        [
            [language, tone, list(texts), ABOUT_PRICE[language]]
            for (language, tone), texts in PHRASES.items()
        ],
    )
