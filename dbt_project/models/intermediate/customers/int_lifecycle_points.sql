with purchases as (
    select * from {{ ref('int_purchases') }}
),

firsts as (
    select customer_id, min(purchased_at) as first_purchased_at
    from purchases
    group by customer_id
),

points as (
    select
        customer_id,
        {{ just_after('purchased_at') }} as valid_from,
        purchased_at as ordered_at,
        0 as started, 0 as running, 0 as past_due
    from purchases
    where kind = 'order'
    {%- for days in [var('lifecycle_at_risk_days'), var('churn_inactivity_days')] %}
    union all
    select customer_id, {{ dbt.dateadd('day', days, 'purchased_at') }}, null, 0, 0, 0
    from purchases
    where kind = 'order'
    {%- endfor %}
    union all
    select customer_id, purchased_at, null, 1, 1, cast(is_past_due as integer)
    from purchases
    where kind = 'subscription'
    union all
    select customer_id, ended_at, null, 0, -1, -cast(is_past_due as integer)
    from purchases
    where kind = 'subscription'
    union all
    select
        customer_id,
        {{ dbt.dateadd('day', var('lifecycle_new_days'), 'first_purchased_at') }},
        null, 0, 0, 0
    from firsts
),

known as (
    select max(last_seen_at) as known_until from {{ ref('int_customers_seen') }}
),

summed as (
    select
        points.customer_id,
        points.valid_from,
        max(points.ordered_at) as ordered_at,
        sum(points.started) as started,
        sum(points.running) as running,
        sum(points.past_due) as past_due
    from points
    -- An order counts from the instant after it, the last one, too.
    inner join known on points.valid_from <= {{ just_after('known.known_until') }}
    group by points.customer_id, points.valid_from
),

counted as (
    select
        summed.customer_id,
        summed.valid_from,
        firsts.first_purchased_at,
        max(summed.ordered_at) over so_far as last_ordered_at,
        sum(summed.started) over so_far as started,
        sum(summed.running) over so_far as running,
        sum(summed.past_due) over so_far as past_due
    from summed
    inner join firsts on summed.customer_id = firsts.customer_id
    window so_far as (
        partition by summed.customer_id order by summed.valid_from
        rows between unbounded preceding and current row
    )
)

select * from counted
