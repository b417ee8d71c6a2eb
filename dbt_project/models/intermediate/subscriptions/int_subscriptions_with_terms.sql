with subscriptions as (
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
)

select * from subscriptions
