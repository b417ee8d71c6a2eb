-- The segments of each type add up to the total, and the total to the facts.
{%- set measures = [
    'tickets', 'solved', 'reopens_known', 'touches_known', 'solves_mature', 'sla_due', 'backlog_created', 'backlog_end',
    'calls', 'calls_abandoned',
] %}
with by_type as (
    select
        period_grain,
        period_start,
        segment_type,
        {{ sums('support', measures) }}
    from {{ ref('support_by_segment') }} as support
    group by period_grain, period_start, segment_type
),

compared as (
    select by_type.*
    from by_type
    left join by_type as totals
        on by_type.period_grain = totals.period_grain
        and by_type.period_start is not distinct from totals.period_start
        and totals.segment_type = 'all'
    left join {{ ref('dim_segment_types') }} as types on by_type.segment_type = types.segment_type
    where totals.segment_type is null
        {%- for measure in measures %}
        or {{ is_uneven('by_type.' ~ measure, 'totals.' ~ measure, 'types') }}
        {%- endfor %}
),

facts as (
    select
        (select count(*) from {{ ref('fct_tickets') }} where exclusion_reason is null) as tickets,
        (
            select count(*) from {{ ref('fct_calls') }}
            where not is_short_abandon and exclusion_reason is null
        ) as calls
),

lost as (
    select by_type.*
    from facts
    left join by_type on by_type.period_grain = 'all' and by_type.segment_type = 'all'
    where coalesce(by_type.tickets, 0) <> facts.tickets or coalesce(by_type.calls, 0) <> facts.calls
)

select * from compared
union all
select * from lost
