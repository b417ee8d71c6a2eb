{%- set earlier_terms = terms_between('earlier_term_started_at', 'term_started_at') -%}
with subscriptions as (
    select
        *,
        lag(term_started_at) over (partition by subscription_id order by month_start)
            as earlier_term_started_at
    from {{ ref('int_subscriptions_at_month_start') }}
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

renewed as (
    select
        *,
        {{ event_month(dbt.dateadd('second', -1, 'term_started_at')) }} as renewed_month,
        {{ after_terms('round(' ~ earlier_terms ~ ')', 'earlier_term_started_at') }} as earlier_term_ends_at
    from subscriptions
    where term_started_at > earlier_term_started_at
),

due as (
    select
        customer_id,
        month_start,
        subscription_ended_at,
        {{ dbt.dateadd('month', 'age_months', 'term_started_at') }} as term_ends_at
    from aged
    where age_months > 0 and mod(age_months, {{ var('subscription_term_months') }}) = 0
    union all
    -- What is renewed in a month before its end is due with its renewal: at the start of that it is over.
    select customer_id, renewed_month, subscription_ended_at, term_started_at
    from renewed
    where renewed_month < {{ event_month(dbt.dateadd('second', -1, 'earlier_term_ends_at')) }}
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
