{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('interaction_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('interaction_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

interactions as (
    select * from {{ ref('interactions') }}
),

built as (
    select
        interactions.interaction_id,
        interactions.kind,
        interactions.source_id,
        interactions.customer_id,
        interactions.segment_profile_id,
        interactions.behaviour_profile_id,
        interactions.touchpoint,
        interactions.stage,
        interactions.stage_order,
        interactions.occurred_at,
        interactions.event_month,
        stale_months.input_fingerprint
    from interactions
    inner join stale_months on interactions.event_month = stale_months.event_month
)

select * from built
