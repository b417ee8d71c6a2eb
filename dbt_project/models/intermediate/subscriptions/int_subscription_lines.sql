{{ config(materialized='table') }}

with recursive subscriptions as (
    select
        subscription_id,
        min_by(customer_id, valid_from) as customer_id,
        least(min(term_started_at), min(valid_from)) as started_at,
        max(subscription_ended_at) as ended_at,
        case
            when max_by(term_started_at is null, valid_from) or max(valid_to) < {{ end_of_time() }}
                and max(subscription_ended_at) = {{ end_of_time() }}
                then max(valid_to) filter (where term_started_at is not null)
            else {{ end_of_time() }}
        end as followed_until
    from {{ ref('int_subscription_spans') }}
    group by subscription_id
    having count(term_started_at) > 0
),

followed as (
    select later.subscription_id, earlier.subscription_id as follows_id
    from subscriptions as later
    inner join subscriptions as earlier
        on later.customer_id = earlier.customer_id
        and later.started_at > earlier.started_at
        and later.started_at
        between {{ dbt.dateadd('day', -1 * var('renewal_grace_days'), 'earlier.ended_at') }}
        and {{ dbt.dateadd('day', var('renewal_grace_days'), 'earlier.ended_at') }}
    where earlier.ended_at < {{ end_of_time() }}
    qualify
        row_number() over (
            partition by later.subscription_id order by earlier.ended_at desc, earlier.subscription_id asc
        ) = 1
        and row_number() over (
            partition by earlier.subscription_id order by later.started_at, later.subscription_id
        ) = 1
),

lines as (
    select subscriptions.*, subscriptions.subscription_id as line_id
    from subscriptions
    left join followed on subscriptions.subscription_id = followed.subscription_id
    where followed.follows_id is null
    union all
    select subscriptions.*, lines.line_id
    from lines
    inner join followed on lines.subscription_id = followed.follows_id
    inner join subscriptions on followed.subscription_id = subscriptions.subscription_id
)

select * from lines
