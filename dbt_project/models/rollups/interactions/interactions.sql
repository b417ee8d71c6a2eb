{%- set facts = [
    ('answer', 'fct_survey_responses', 'response_id', 'responded_at', 'touchpoint',
     "(is_scored or exclusion_reason in ('off_scale', 'unknown_instrument', 'resubmitted'))"),
    ('ticket', 'fct_tickets', 'ticket_id', 'created_at', none, 'exclusion_reason is null'),
    ('call', 'fct_calls', 'call_id', 'queued_at', none, 'exclusion_reason is null and not is_short_abandon'),
    ('order', 'fct_orders', 'order_id', 'ordered_at', none, 'exclusion_reason is null'),
    ('session', 'fct_sessions', 'session_id', 'started_at', none, 'not is_bot'),
] %}
with kinds as (
    select * from {{ ref('interaction_kinds') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
),

stages as (
    select * from {{ ref('int_stages') }}
),

contacts as (
    {%- for kind, fact, key, instant, touchpoint, condition in facts %}
    select
        '{{ kind }}' as kind,
        {{ key }} as source_id,
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        {{ touchpoint or 'cast(null as string)' }} as touchpoint,
        {{ 'stage' if kind == 'session' else 'cast(null as string)' }} as stage,
        {{ instant }} as occurred_at,
        event_month
    from {{ ref(fact) }}
    where customer_id is not null and {{ condition }}
    union all
    {%- endfor %}
    select
        kind, source_id, customer_id, segment_profile_id, behaviour_profile_id, null, null,
        occurred_at, event_month
    from {{ ref('contacts_beside_facts') }}
),

placed as (
    select
        contacts.kind,
        contacts.source_id,
        contacts.customer_id,
        contacts.segment_profile_id,
        contacts.behaviour_profile_id,
        case when contacts.stage is null then coalesce(contacts.touchpoint, kinds.touchpoint) end
            as touchpoint,
        contacts.stage,
        contacts.occurred_at,
        contacts.event_month
    from contacts
    inner join kinds on contacts.kind = kinds.kind
),

staged as (
    select
        concat(placed.kind, ':', placed.source_id) as interaction_id,
        placed.kind,
        placed.source_id,
        placed.customer_id,
        placed.segment_profile_id,
        placed.behaviour_profile_id,
        placed.touchpoint,
        placed.occurred_at,
        placed.event_month,
        coalesce(placed.stage, touchpoints.stage) as stage,
        coalesce(stages.stage_order, touchpoints.stage_order) as stage_order
    from placed
    left join touchpoints on placed.touchpoint = touchpoints.touchpoint
    left join stages on placed.stage = stages.stage
)

select * from staged
