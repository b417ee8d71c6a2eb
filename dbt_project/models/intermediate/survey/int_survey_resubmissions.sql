{{ config(materialized='table') }}

with answers as (
    select * from {{ ref('int_survey_responses_judged') }}
    where exclusion_reason is null and customer_id is not null
),

followed as (
    select
        response_id,
        responded_at,
        lead(responded_at) over (
            partition by customer_id, instrument_id, touchpoint, ticket_id, order_id
            order by responded_at, response_id
        ) as responded_again_at
    from answers
),

resubmissions as (
    select response_id, 'resubmitted' as exclusion_reason
    from followed
    where responded_again_at < responded_at + interval '{{ var("resubmission_hours") }}' hour
)

select * from resubmissions
