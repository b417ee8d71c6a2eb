with answers as (
    select * from {{ ref('int_survey_responses_judged') }}
),

resubmissions as (
    select * from {{ ref('int_survey_resubmissions') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
),

judged as (
    select
        answers.*,
        coalesce(answers.exclusion_reason, resubmissions.exclusion_reason) as reason
    from answers
    left join resubmissions on answers.response_id = resubmissions.response_id
),

scored as (
    select
        judged.response_id,
        judged.instrument_id,
        judged.customer_id,
        judged.order_id,
        judged.ticket_id,
        {{ profiles_as_of('spans') }},
        judged.metric,
        judged.instrument_version,
        judged.channel,
        judged.touchpoint,
        touchpoints.stage,
        judged.comment,
        judged.language,
        judged.reason as exclusion_reason,
        judged.reason is null as is_scored,
        case when judged.reason is null then judged.answer_band end as answer_band,
        judged.score,
        judged.responded_at,
        cast(judged.responded_at as date) as responded_date,
        {{ event_month('judged.responded_at') }} as event_month
    from judged
    left join touchpoints on judged.touchpoint = touchpoints.touchpoint
    left join spans on {{ as_of_span('judged', 'judged.responded_at', 'spans') }}
)

select * from scored
