with subscriptions as (
    select * from {{ ref('int_subscriptions_at_month_start') }}
    where term_started_at is not null
),

aged as (
    select
        *,
        -- A term that ends at the very start of a month is due in the month before, as its MRR is.
        {{ dbt.datediff(dbt.dateadd('second', -1, 'term_started_at'), 'month_start', 'month') }}
            as age_months
    from subscriptions
),

due as (
    select
        customer_id,
        month_start,
        subscription_ended_at,
        {{ dbt.dateadd('month', 'age_months', 'term_started_at') }} as term_ends_at
    from aged
    where age_months > 0 and mod(age_months, {{ var('subscription_term_months') }}) = 0
),

counted as (
    select
        customer_id,
        month_start,
        count(*) as terms_due,
        count(*) filter (where subscription_ended_at > term_ends_at) as terms_renewed
    from due
    group by customer_id, month_start
)

select * from counted
