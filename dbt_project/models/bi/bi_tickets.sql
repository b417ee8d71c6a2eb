{{ config(alias='tickets') }}

with tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

wide as (
    select
        tickets.ticket_id,
        tickets.customer_id,
        tickets.agent_id,
        tickets.group_name,
        tickets.channel,
        tickets.priority,
        tickets.status,
        1 as tickets,
        cast(tickets.is_solved as int) as solved,
        cast(tickets.is_solved and coalesce(tickets.is_reopened, false) as int) as reopened,
        cast(tickets.is_solved and tickets.is_reopened is not null as int) as reopens_known,
        cast(coalesce(tickets.is_one_touch, false) as int) as one_touch,
        cast(tickets.is_solved and tickets.is_one_touch is not null as int) as touches_known,
        tickets.first_reply_minutes,
        tickets.first_reply_business_minutes,
        tickets.full_resolution_minutes,
        tickets.full_resolution_business_minutes,
        tickets.created_at,
        {%- for segment_type in customer_segment_types() %}
        {{ customer_segment(segment_type) }},
        {%- endfor %}
        tickets.event_month as created_month
    from tickets
    {{ joined_profiles('tickets') }}
)

select * from wide
