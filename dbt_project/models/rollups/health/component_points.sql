{{ config(materialized='table') }}

with customers as (
    select * from {{ ref('health_customers') }}
    where is_customer
),

components as (
    select * from {{ ref('health_components') }}
),

answers as (
    select * from {{ ref('latest_answers') }}
),

contacts as (
    select * from {{ ref('last_contacts') }}
),

signals as (
    select
        as_of,
        customer_id,
        customers.customer_kind,
        coalesce(signals.support_contacts + signals.open_tickets, 0) as support,
        coalesce(signals.missed_payments, 0) as missed_payments,
        signals.texts,
        signals.sentiment
    from customers
    left join {{ ref('health_signals') }} as signals using (as_of, customer_id)
),

measures as (
    select
        answers.as_of,
        answers.customer_id,
        'score' as component,
        avg(case answers.band when 'positive' then 1e0 when 'passive' then 0.5e0 else 0e0 end) as value
    from answers
    inner join components
        on components.component = 'score'
        and {{ dbt.dateadd('day', 'components.window_days', 'answers.responded_at') }} >= answers.as_of
    group by answers.as_of, answers.customer_id
    union all
    select as_of, customer_id, 'recency', floor({{ seconds_between('occurred_at', 'as_of') }} / 86400)
    from contacts
    union all
    -- Where nobody has any, the source tells nothing.
    select as_of, customer_id, 'support', support from signals
    qualify max(support) over (partition by as_of) > 0
    union all
    select as_of, customer_id, 'payment', missed_payments from signals
    where customer_kind = 'subscriber'
    qualify max(missed_payments) over (partition by as_of) > 0
    union all
    select as_of, customer_id, 'sentiment', cast(sentiment / texts as double) from signals
    where texts > 0
),

placed as (
    select
        as_of,
        customer_id,
        component,
        measures.value,
        case when measures.value is not null then {{ rounded(
            '100 * least(greatest((measures.value - components.worst) / (components.best - components.worst), 0), 1) + 0e0'
        ) }} end as points
    from customers
    cross join components
    left join measures using (as_of, customer_id, component)
)

select * from placed
