with subscriptions as (
    select * from {{ ref('int_subscription_lines') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

starts as (
    select line_id, started_at as term_started_at
    from subscriptions
    union
    select subscriptions.line_id, spans.term_started_at
    from subscriptions
    inner join spans on subscriptions.subscription_id = spans.subscription_id
    where spans.term_started_at > subscriptions.started_at
),

stretches as (
    select
        *,
        lead(term_started_at) over (partition by line_id order by term_started_at) as renewed_at
    from starts
),

counted as (
    select
        stretches.*,
        cast(case
            when stretches.renewed_at is not null
                then round({{ terms_between('stretches.term_started_at', 'stretches.renewed_at') }})
            else floor({{ terms_between('stretches.term_started_at', 'horizon.known_until') }}) + 1
        end as integer) as terms
    from stretches
    cross join horizon
)

select * from counted
