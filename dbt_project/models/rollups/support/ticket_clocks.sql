{%- set in_order, measures = 'order by place, moment_at, event_id', ['calendar', 'business'] %}
{%- set so_far = 'partition by ticket_id ' ~ in_order ~ ' rows unbounded preceding' %}
with tickets as (
    select * from {{ ref('fct_tickets') }}
),

clock as (
    select * from {{ ref('int_business_clock') }}
),

moments as (
    select
        moments.*,
        tickets.first_resolved_at,
        moments.is_answer or coalesce(moments.status in ('solved', 'closed'), false) as is_end,
        moments.status_after not in ('pending', 'solved', 'closed') as is_running,
        {% set open_seconds = open_seconds_in_piece('clock', 'moments.moment_at') -%}
        {{ in_microseconds('clock.open_seconds_before + ' ~ open_seconds) }} as business,
        {{ in_microseconds(seconds_between('tickets.created_at', 'moments.moment_at')) }} as calendar
    from {{ ref('ticket_moments') }} as moments
    inner join tickets on moments.ticket_id = tickets.ticket_id
    left join clock on {{ clock_piece('clock', 'tickets.schedule', 'moments.moment_at') }}
),

passed as (
    select
        *,
        {%- for measure in measures %}
        case when lag(is_running) over by_time then {{ measure }} - lag({{ measure }}) over by_time else 0 end
            as {{ measure }}_passed,
        {%- endfor %}
        count(*) filter (where is_end) over ({{ so_far }}) - cast(is_end as int) as ends_before,
        count(*) filter (where is_answer) over ({{ so_far }}) - cast(is_answer as int) as answers_before
    from moments
    window by_time as (partition by ticket_id {{ in_order }})
),

summed as (
    select
        *,
        {%- for measure in measures %}
        sum({{ measure }}_passed) over ({{ so_far }}) as {{ measure }}_running,
        {%- endfor %}
        ends_before = 0 or count(*) filter (where is_message) over (
            partition by ticket_id, ends_before {{ in_order }} rows unbounded preceding
        ) > 0 as is_asked
    from passed
),

clocks as (
    select
        ticket_id,
        case when ends_before = 0 then 'first_reply' else 'next_reply' end as clock,
        {%- for measure in measures %}
        case
            when ends_before = 0 then max({{ measure }}) - min({{ measure }})
            else max({{ measure }}_running) - min({{ measure }}_running)
        end as {{ measure }},
        {%- endfor %}
        min(moment_at) as began_at,
        min(case when is_answer then moment_at end) as answered_at,
        min(case when is_end then moment_at end) as ended_at
    from summed
    where is_asked and (ends_before = 0 or answers_before > 0)
    group by ticket_id, ends_before
    union all
    select
        ticket_id,
        'solution',
        max(calendar_running),
        max(business_running),
        min(moment_at),
        null,
        min(first_resolved_at)
    from summed
    where moment_at <= coalesce(first_resolved_at, moment_at)
    group by ticket_id
)

select * from clocks
