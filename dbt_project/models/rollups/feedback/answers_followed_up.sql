with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where customer_id is not null and (is_scored or exclusion_reason = 'resubmitted')
),

follow_ups as (
    select * from {{ ref('stg_crm__follow_ups') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

-- Of answers that their customer gave again within a day, the follow-ups are of the one that counts.
counted as (
    select
        response_id,
        {{ last_known('case when is_scored then response_id end') }} over later as counted_id,
        {{ last_known('case when is_scored then responded_at end') }} over later as counted_at
    from answers
    window later as (
        partition by customer_id, instrument_id, touchpoint, ticket_id, order_id
        order by responded_at desc, response_id desc
    )
),

-- What happens before the answer does not follow it up.
told as (
    select
        counted.counted_id,
        case
            when follow_ups.contacted_at >= counted.counted_at
                then {{ plausible('follow_ups.contacted_at') }}
        end as contacted_at,
        case
            when follow_ups.resolved_at >= counted.counted_at
                then {{ plausible('follow_ups.resolved_at') }}
        end as closed_at
    from follow_ups
    inner join counted on follow_ups.response_id = counted.response_id
    cross join clock
),

followed_up as (
    select
        counted_id as response_id,
        min(contacted_at) as contacted_at,
        case when count(closed_at) = count(*) then max(closed_at) end as closed_at
    from told
    group by counted_id
)

select * from followed_up
