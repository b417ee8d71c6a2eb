{%- set measures = {
    'first_reply': 'first_reply_at',
    'first_resolution': 'first_resolved_at',
    'full_resolution': 'fully_resolved_at',
} %}
with tickets as (
    select * from {{ ref('int_tickets_sourced') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

schedules as (
    select * from {{ ref('int_ticket_schedules') }}
),

clock as (
    select * from {{ ref('int_business_clock') }}
),

joined as (
    select
        tickets.*,
        {{ profiles_as_of('spans') }},
        schedules.schedule
    from tickets
    inner join schedules on tickets.ticket_id = schedules.ticket_id
    left join spans on {{ as_of_span('tickets', 'tickets.created_at', 'spans') }}
),

resolved as (
    select
        *,
        {%- for measure, instant in measures.items() %}
        case when {{ instant }} >= created_at then {{ seconds_between('created_at', instant) }} / 60 end
            as {{ measure }}_minutes,
        {%- endfor %}
        case when status_source = 'events' then reopens > 0 end as is_reopened,
        case
            when not is_solved then false
            when status_source = 'events' and reply_source = 'events'
                then agent_public_replies <= 1 and reopens = 0
        end as is_one_touch
    from joined
),

timed as (
    select
        {%- for measure, instant in measures.items() %}
        case
            when resolved.{{ measure }}_minutes is not null
                then {{ business_minutes(
                    'clock_created', 'resolved.created_at', 'clock_' ~ measure, 'resolved.' ~ instant
                ) }}
        end as {{ measure }}_business_minutes,
        {%- endfor %}
        resolved.*
    from resolved
    left join clock as clock_created
        on {{ clock_piece('clock_created', 'resolved.schedule', 'resolved.created_at') }}
    {%- for measure, instant in measures.items() %}
    left join clock as clock_{{ measure }}
        on {{ clock_piece('clock_' ~ measure, 'resolved.schedule', 'resolved.' ~ instant) }}
    {%- endfor %}
)

select * from timed
