{{ config(materialized='table') }}

with stretches as (
    select * from {{ ref('int_subscription_stretches') }}
),

profiles as (
    select * from {{ ref('int_profile_spans') }}
),

known as (
    select
        {{ dbt.dateadd('day', 1 - var('renewal_grace_days'), 'horizon.known_until') }} as judged_until,
        min(nullif(versions.subscription_ended_at, {{ end_of_time() }})) as known_from
    from {{ ref('int_subscription_horizon') }} as horizon
    cross join {{ ref('int_subscription_versions_dated') }} as versions
    group by horizon.known_until
),

lines as (
    select
        line_id,
        min_by(customer_id, started_at) as customer_id,
        min(started_at) as started_at,
        max_by(ended_at, started_at) as ended_at,
        max_by(followed_until, started_at) as followed_until
    from {{ ref('int_subscription_lines') }}
    group by line_id
),

numbered as (
    select *, {{ whole_numbers(1, 'terms') }} as number
    from stretches
),

dated as (
    select
        line_id,
        renewed_at,
        {{ after_terms('number - 1', 'term_started_at') }} as begins_at,
        case when number = terms and renewed_at is not null then renewed_at
            else {{ after_terms('number', 'term_started_at') }}
        end as due_at
    from numbered
),

judged as (
    select
        lines.line_id,
        lines.customer_id,
        lines.started_at,
        dated.due_at,
        dated.renewed_at is not null or dated.due_at < lines.ended_at as is_renewed,
        row_number() over (partition by lines.line_id order by dated.due_at) as term
    from lines
    inner join dated on lines.line_id = dated.line_id
    where dated.renewed_at is not null
        or (dated.begins_at < lines.ended_at and dated.due_at <= lines.followed_until)
),

terms as (
    select
        judged.line_id,
        judged.customer_id,
        {{ profiles_as_of('profiles') }},
        judged.term,
        judged.due_at,
        judged.is_renewed
    from judged
    inner join known
        on judged.due_at <= known.judged_until
        and judged.due_at > coalesce(known.known_from, {{ beginning_of_time() }})
    left join profiles on {{ as_of_span('judged', 'judged.started_at', 'profiles') }}
)

select * from terms
