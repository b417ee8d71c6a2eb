{{ config(materialized='table') }}

{%- set facts = ['fct_survey_responses', 'fct_tickets', 'fct_calls', 'fct_orders', 'fct_sessions'] %}
with registries as (
    select {{ sum_of_hashes('registry_hash') }} as registry_hash
    from (
        select {{ row_hash(['touchpoint', 'stage', 'stage_order']) }} as registry_hash
        from {{ ref('touchpoints') }}
        union all
        select {{ row_hash(['kind', 'touchpoint']) }}
        from {{ ref('interaction_kinds') }}
    ) as registry_rows
),

built as (
    {%- for fact in facts %}
    select distinct event_month, '{{ fact }}' as fact, input_fingerprint
    from {{ ref(fact) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

inputs as (
    select
        built.event_month,
        {{ row_hash(['built.fact', 'built.input_fingerprint', 'registries.registry_hash']) }} as input_hash
    from built
    cross join registries
    union all
    select
        contacts.event_month,
        {{ row_hash([
            'contacts.kind', 'contacts.source_id', 'contacts.customer_id', 'contacts.segment_profile_id',
            'contacts.behaviour_profile_id', 'contacts.occurred_at', 'registries.registry_hash',
        ]) }}
    from {{ ref('contacts_beside_facts') }} as contacts
    cross join registries
),

by_month as (
    select event_month, {{ sum_of_hashes('input_hash') }} as input_hash
    from inputs
    group by event_month
)

select * from by_month
