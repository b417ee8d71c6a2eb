"""Reviews of what was bought, mentions of us and of competitors, posts, and notes of research."""

import duckdb

from orchestration.sample.truth import (
    COMPETITORS,
    MENTION_TONES,
    NEUTRAL_STARS,
    NOTE_TONES,
    POST_TONES,
    REVIEW_STARS,
)

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


# On each platform where we are mentioned but the last, competitors are beside each mention of us.
_COMPETITOR_MENTIONS = """
create table voice.competitor_mentions as
select
    mention_id || '-' || competitor.brand as mention_id,
    competitor.brand as brand,
    platform,
    author_handle || competitor.brand as author_handle,
    later(posted_at, 3600 * u('rivalry', mention_id || competitor.brand)) as posted_at,
    landing(posted_at, mention_id || competitor.brand) as landed_on,
from voice.mentions cross join (select unnest($competitors) as competitor)
where platform <> 'video'
    and u('rival', mention_id || competitor.brand) < competitor.mentions_beside_each_of_ours
"""

# Accounts of the forum are not those of customers.
_POSTS = """
create table voice.posts as
with written as (
    select
        *,
        unnest(range(how_many(0.0012, 60, signed_up_at, until_at, 'posts', customer))) as number,
        customer * 100 + number as post,
        daytime(signed_up_at, until_at, 'wrote', post) as posted_at,
        pick($post_tones, 'post tone', post) as tone,
    from sim.customers
)
select
    'F' || post as post_id,
    'T' || floor(300 * u('thread', post))::integer as thread_id,
    null::text as customer_id,
    pick(['question', 'answer', 'idea', 'comment'], 'post kind', post) as kind,
    pick(phrases, 'post', post) as body,
    language,
    posted_at,
    landing(posted_at, post) as landed_on,
from written join sim.phrases using (language, tone)
"""

# Researchers name nobody.
_NOTES = """
create table voice.notes as
with recorded as (
    select
        *,
        daytime(signed_up_at, until_at, 'recorded', customer) as recorded_at,
        pick($note_tones, 'note tone', customer) as tone,
    from sim.customers where u('interviewed', customer) < 0.25
)
select
    'N' || customer as note_id,
    null::text as customer_id,
    pick(['interview', 'focus_group', 'usability_test'], 'note kind', customer) as kind,
    pick(phrases, 'note', customer) as body,
    language,
    recorded_at,
    landing(recorded_at, customer) as landed_on,
from recorded join sim.phrases using (language, tone)
"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the schema voice."""
    connection.execute(
        _REVIEWS, {"review_stars": list(REVIEW_STARS), "neutral_stars": NEUTRAL_STARS}
    )
    connection.execute(_MENTIONS, {"mention_tones": list(MENTION_TONES)})
    connection.execute(
        _COMPETITOR_MENTIONS,
        {
            "competitors": [
                {"brand": brand, "mentions_beside_each_of_ours": mentions}
                for brand, mentions in COMPETITORS.items()
            ]
        },
    )
    connection.execute(_POSTS, {"post_tones": list(POST_TONES)})
    connection.execute(_NOTES, {"note_tones": list(NOTE_TONES)})
