{%- set own = own_attributes('fct_tickets') %}
{%- set measures = ['matters', 'matters_solved'] %}
with tickets as (
    {{ with_own_profiles('fct_tickets', own) | indent }}
),

matters as (
    select
        tickets.*,
        cast(greatest(floor(matters.seconds / 3600), 0) as bigint) as solution_hours,
        1 as matters,
        cast(matters.solved_at is not null as int) as matters_solved,
        cast(matters.begun_at as date) as event_date
    from {{ ref('support_matters') }} as matters
    inner join tickets on matters.matter_id = tickets.ticket_id
),

counts as (
    {{ by_period_and_segment(
        'matters', ['solution_hours'], sums_of(measures), event_attributes=['channel'], own=own
    ) | indent }}
),

medians as (
    {{ median_time(
        'counts',
        keys=[],
        time='solution_hours',
        lives='matters',
        events='matters_solved',
    ) | indent }}
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        solution_hours_count as matters,
        matters_solved,
        cast(solution_hours_median as double) as solution_hours_median,
        cast(solution_hours_median_ci_low as double) as solution_hours_median_ci_low,
        cast(solution_hours_median_ci_high as double) as solution_hours_median_ci_high,
        solution_hours_count >= {{ var('min_responses') }} as is_reportable
    from medians
)

select * from reported
