"""Reviews of what was bought, and mentions on social networks."""

import duckdb

from orchestration.sample.truth import MENTION_TONES, NEUTRAL_STARS, REVIEW_STARS

_REVIEWS = """
create table voice.reviews as
with rated as materialized (
    select
        *,
        later(ordered_at, 172800 + exponential(864000, 'review time', order_id)) as published_at,
        pick(['shop', 'shop', 'app_store', 'marketplace'], 'platform', order_id) as platform,
        if(platform = 'marketplace', 10, 5) as rating_max,
        pick($review_stars, 'rating', order_id) as stars,
        ['negative', 'neutral', 'positive'][2 + sign(stars - $neutral_stars)] as tone,
    from sim.purchases
    join sim.customers using (customer)
    where u('reviews', order_id) < 0.1 and published_at < ends_at()
)
select
    'R' || order_id as review_id,
    if(u('known', order_id) < 0.6, customer_id, null) as customer_id,
    'P' || (1 + floor(40 * u('reviewed', order_id) ** 2)::integer) as product_id,
    platform,
    (stars * rating_max / 5)::decimal(6, 2) as rating,
    rating_max::decimal(6, 2) as rating_max,
    pick(phrases, 'body', order_id) as body,
    language,
    published_at,
    landing(published_at, order_id) as landed_on,
from rated join sim.phrases using (language, tone)
"""

_MENTIONS = """
create table voice.mentions as
with posted as (
    select
        *,
        unnest(range(how_many(0.0015, 90, signed_up_at, until_at, 'mentions', customer))) as post,
        customer * 100 + post as mention,
        daytime(signed_up_at, until_at, 'posted', mention) as posted_at,
        pick($mention_tones, 'tone', mention) as tone,
    from sim.customers
)
select
    'M' || mention as mention_id,
    if(u('known', mention) < 0.4, customer_id, null) as customer_id,
    pick(['microblog', 'forum', 'video'], 'network', mention) as platform,
    '@user' || floor(1e6 * u('handle', customer))::integer as author_handle,
    pick(phrases, 'text', mention) as body,
    language,
    posted_at,
    landing(posted_at, mention) as landed_on,
from posted join sim.phrases using (language, tone)
"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create voice.reviews and voice.mentions."""
    connection.execute(
        _REVIEWS, {"review_stars": list(REVIEW_STARS), "neutral_stars": NEUTRAL_STARS}
    )
    connection.execute(_MENTIONS, {"mention_tones": list(MENTION_TONES)})
