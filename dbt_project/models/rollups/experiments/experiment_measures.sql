with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored and customer_id is not null
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null and customer_id is not null
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where not is_bot and customer_id is not null
),

names as (
    select {{ each_of([quoted(['metric', 'instrument'])]) }} as named_by
),

measures as (
    select
        concat(
            names.named_by, ':',
            case when names.named_by = 'metric' then answers.metric else answers.instrument_id end
        ) as measure,
        answers.customer_id,
        answers.responded_at as occurred_at,
        {{ answer_points('answers.answer_band', 'answers.metric') | indent(8) }} as amount,
        1 as events
    from answers
    cross join names
    union all
    select 'orders', customer_id, ordered_at, cast(total_amount >= 0 as integer), 1
    from orders
    union all
    select
        'revenue', customer_id, ordered_at, net_amount_reporting,
        cast(total_amount >= 0 as integer)
    from orders
    union all
    select 'tickets', customer_id, created_at, 1, 1
    from tickets
    union all
    select 'sessions', customer_id, started_at, 1, 1
    from sessions
    union all
    select 'engaged_sessions', customer_id, started_at, cast(is_engaged as integer), 1
    from sessions
)

select * from measures
