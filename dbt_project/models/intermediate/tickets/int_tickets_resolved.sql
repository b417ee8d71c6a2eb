with tickets as (
    select * from {{ ref('int_tickets_sourced') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

profiled as (
    select
        tickets.*,
        {{ profiles_as_of('spans') }}
    from tickets
    left join spans on {{ as_of_span('tickets', 'tickets.created_at', 'spans') }}
),

resolved as (
    select
        *,
        case when status_source = 'events' then reopens > 0 end as is_reopened,
        case
            when not is_solved then false
            when status_source = 'events' and reply_source = 'events'
                then agent_public_replies <= 1 and reopens = 0
        end as is_one_touch{% for measure, instant in [
            ('first_reply', 'first_reply_at'),
            ('first_resolution', 'first_resolved_at'),
            ('full_resolution', 'fully_resolved_at'),
        ] %},
        case
            when {{ instant }} >= created_at
                then {{ seconds_between('created_at', instant) }} / 60
        end as {{ measure }}_minutes{% endfor %}
    from profiled
)

select * from resolved
