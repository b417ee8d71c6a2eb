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
        {{ outcomes_of_tickets() | indent(8) }},
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
