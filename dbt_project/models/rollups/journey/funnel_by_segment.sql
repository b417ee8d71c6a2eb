{{ config(materialized='table') }}

{%- set aggregates = {
    'customers_entered': 'count(*) filter (where is_mature and is_reached)',
    'customers_entered_directly': 'count(*) filter (where is_mature and is_reached_directly)',
    'customers_visited': 'count(*) filter (where is_mature and is_visited)',
    'customers_pending': 'count(*) filter (where not is_mature)',
} %}

with steps as (
    select *, cast(entered_at as date) as event_date
    from {{ ref('funnel_steps') }}
),

rolled_up as (
    {{ by_period_and_segment('steps', ['step', 'stage'], aggregates) | indent }}
)

select * from rolled_up
