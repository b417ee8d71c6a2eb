with events as (
    select * from {{ ref('int_web_events_sessioned') }}
    where cart_id is not null
),

sessions as (
    select * from {{ ref('int_web_sessions_measured') }}
),

added as (
    select
        *,
        max(case when event_type = 'add_to_cart' then occurred_at end) over (partition by cart_id)
            as last_added_at
    from events
),

purchased as (
    select
        *,
        coalesce(event_type = 'purchase' and occurred_at >= last_added_at, false) as is_purchase
    from added
),

summed as (
    select
        purchased.cart_id,
        min_by(sessions.customer_id, (purchased.occurred_at, purchased.event_id)) as customer_id,
        bool_or(sessions.is_bot) as is_bot,
        count(*) filter (where purchased.event_type = 'add_to_cart') as adds,
        count(*) filter (where purchased.event_type = 'remove_from_cart') as removes,
        sum(case when purchased.is_purchase then purchased.amount end) as purchase_amount,
        min(purchased.occurred_at) as started_at,
        min(purchased.last_added_at) as last_added_at,
        min(case when purchased.is_purchase then purchased.occurred_at end) as purchased_at
    from purchased
    inner join sessions on purchased.session_id = sessions.session_id
    group by purchased.cart_id
)

select * from summed
