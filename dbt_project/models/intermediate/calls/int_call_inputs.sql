{{ config(materialized='table') }}

with calls as (
    select * from {{ ref('stg_tickets__calls') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

inputs as (
    select
        {{ event_month('calls.queued_at') }} as event_month,
        {{ row_hash([
            'calls._row_hash',
            'calls.exclusion_reason',
            'spans.segment_profile_id',
            'spans.behaviour_profile_id',
        ]) }} as input_hash
    from calls
    left join spans on {{ as_of_span('calls', 'calls.queued_at', 'spans') }}
),

by_month as (
    select event_month, {{ sum_of_hashes('input_hash') }} as input_hash
    from inputs
    group by event_month
)

select * from by_month
