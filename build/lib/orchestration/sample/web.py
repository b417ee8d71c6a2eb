"""Sessions on the website, some with a cart, some of programs, some on a shared device."""

import duckdb

from orchestration.sample.truth import (
    BOT_PROBABILITY,
    CART_PROBABILITY,
    CART_PURCHASE_PROBABILITY,
    CART_RECOVERY_PROBABILITY,
    CART_REMOVAL_PROBABILITY,
    LOGIN_PROBABILITY,
    SHARED_DEVICE_PROBABILITY,
    SINGLE_PAGE_PROBABILITY,
)

# In the order of time, so that the files of the months are cut from neighbouring rows.
_SESSIONS = """
create table sim.sessions as
with drawn as (
    select
        customer,
        unnest(range(how_many(0.013, 900, signed_up_at, until_at, 'sessions', customer))) as visit,
        customer * 1000 + visit as session,
        daytime(signed_up_at, until_at, 'visit', session) as started_at,
    from sim.customers
),

seasonal as (
    select * from drawn
    where u('season', session) < season(started_at)
    order by started_at, session
)

select
    session,
    floor(2 * u('browser', session))::integer as browser,
    if(u('login', session) < $login, 'C' || customer, null) as customer_id,
    started_at,
    least(5 + exponential(60, 'pace', session), 120) as pace_seconds,
    u('cart', session) < $cart as has_cart,
    has_cart and u('buys', session) < $buys as buys,
    has_cart and not buys and u('removes', session) < $removes as removes,
    has_cart and not buys and not removes and u('comes back', session) < $recovers as comes_back,
    customer_id is null and not has_cart and u('robot', session) < $bot as is_bot,
    case
        when is_bot then 'B' || session
        when browser = 1 and customer > 1 and u('shares', customer) < $shares
            then 'V' || (customer - 1) || '-0'
        else 'V' || customer || '-' || browser
    end as visitor_id,
    if(u('bounces', session) < $single, 1, 2 + floor(exponential(6, 'length', session)))::integer
        as views,
    if(has_cart, 5 + views, views)::integer as events,
    if(has_cart, 'K' || session, null) as cart_id,
    if(buys or comes_back, 5 + exponential(60, 'amount', session), null)::decimal(18, 2) as amount,
    pick(['https://search.example', 'https://social.example', null], 'referrer', session)
        as referrer,
    if(is_bot, 'bot',
        pick(['desktop', 'desktop', 'mobile', 'mobile', 'tablet'], 'device', session)
    ) as device,
    landing(started_at, session) as landed_on,
from seasonal
"""

# A cart's events come after two page views; the gaps stay below a session's thirty minutes.
# A view: for a million customers a table would take 4 GB, to be spilled and read again.
_EVENTS = """
create view web.events as
with steps as (
    select *, unnest(range(events)) as step, session * 1000 + step as event,
    from sim.sessions
),

typed as (
    select
        *,
        case
            when step < 2 or not has_cart and u('kind', event) < 0.85 then 'page_view'
            when not has_cart then pick(['search', 'search', 'custom'], 'other', event)
            when step = 2 then 'add_to_cart'
            when step = 3 then 'begin_checkout'
            when step = 4 and buys then 'purchase'
            when step = 4 and removes then 'remove_from_cart'
            else 'page_view'
        end as event_type,
        event_type in ('add_to_cart', 'begin_checkout', 'purchase', 'remove_from_cart')
            as is_of_cart,
        later(started_at, pace_seconds * (step + 0.9 * u('gap', event))) as occurred_at,
    from steps
),

-- Two to six days later, and not signed in, the cart alone tells whose purchase it is.
returned as (
    select
        *,
        'purchase' as event_type,
        true as is_of_cart,
        later(started_at, 86400 * (2 + 4 * u('returns', session))) as occurred_at,
    from (select *, 999 as step, session * 1000 + step as event from sim.sessions)
    where comes_back and occurred_at < ends_at()
),

happened as (
    select * from typed
    union all by name
    select * replace (null as customer_id, landing(occurred_at, session) as landed_on) from returned
)

select
    'W' || event as event_id,
    visitor_id,
    customer_id,
    occurred_at,
    event_type,
    if(is_of_cart, '/cart',
        pick(['/', '/pricing', '/products', '/help', '/blog', '/account'], 'page', event)
    ) as page_path,
    if(step = 0, referrer, null) as referrer,
    device,
    if(is_of_cart, cart_id, null) as cart_id,
    if(event_type = 'purchase', amount, null) as amount,
    landed_on,
from happened
"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create web.events, a view on `sim.sessions`."""
    connection.execute(
        _SESSIONS,
        {
            "login": LOGIN_PROBABILITY,
            "cart": CART_PROBABILITY,
            "buys": CART_PURCHASE_PROBABILITY,
            "removes": CART_REMOVAL_PROBABILITY,
            "recovers": CART_RECOVERY_PROBABILITY,
            "bot": BOT_PROBABILITY,
            "shares": SHARED_DEVICE_PROBABILITY,
            "single": SINGLE_PAGE_PROBABILITY,
        },
    )
    connection.execute(_EVENTS)
