with tickets as (
    select * from {{ ref('int_tickets_resolved') }}
),

schedules as (
    select * from {{ ref('int_ticket_schedules') }}
),

clock as (
    select * from {{ ref('int_business_clock') }}
),

{%- set measures = {
    'first_reply': 'first_reply_at',
    'first_resolution': 'first_resolved_at',
    'full_resolution': 'fully_resolved_at',
} %}

timed as (
    select
        tickets.*,
        {%- for measure, instant in measures.items() %}
        case
            when tickets.{{ measure }}_minutes is not null
                then {{ business_minutes(
                    'clock_created', 'tickets.created_at', 'clock_' ~ measure, 'tickets.' ~ instant
                ) }}
        end as {{ measure }}_business_minutes,
        {%- endfor %}
        schedules.schedule
    from tickets
    inner join schedules on tickets.ticket_id = schedules.ticket_id
    left join clock as clock_created
        on {{ clock_piece('clock_created', 'schedules.schedule', 'tickets.created_at') }}
    {%- for measure, instant in measures.items() %}
    left join clock as clock_{{ measure }}
        on {{ clock_piece('clock_' ~ measure, 'schedules.schedule', 'tickets.' ~ instant) }}
    {%- endfor %}
)

select * from timed
