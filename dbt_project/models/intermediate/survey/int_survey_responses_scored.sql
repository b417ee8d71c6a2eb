with responses as (
    select * from {{ ref('stg_survey__responses') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
),

judged as (
    select
        responses.response_id,
        responses.instrument_id,
        case when coalesce(instruments.audience, 'customer') <> 'employee' then responses.customer_id end
            as customer_id,
        case when coalesce(instruments.audience, 'customer') <> 'employee' then responses.comment end
            as comment,
        responses.order_id,
        responses.ticket_id,
        responses.channel,
        responses.touchpoint,
        responses.language,
        responses.score,
        responses.responded_at,
        instruments.metric,
        instruments.version as instrument_version,
        case
            when responses.exclusion_reason is not null then responses.exclusion_reason
            when instruments.instrument_id is null then 'unknown_instrument'
            when responses.score is null then 'not_answered'
            when responses.score not between instruments.scale_min and instruments.scale_max
                then 'off_scale'
            when instruments.audience = 'employee' then 'employee_audience'
        end as exclusion_reason,
        {{ answer_band('responses.score', 'instruments') | indent }} as answer_band
    from responses
    left join instruments on responses.instrument_id = instruments.instrument_id
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
        judged.exclusion_reason,
        judged.exclusion_reason is null as is_scored,
        case when judged.exclusion_reason is null then judged.answer_band end as band,
        judged.score,
        judged.responded_at,
        cast(judged.responded_at as date) as responded_date,
        {{ event_month('judged.responded_at') }} as event_month
    from judged
    left join touchpoints on judged.touchpoint = touchpoints.touchpoint
    left join spans on {{ as_of_span('judged', 'judged.responded_at', 'spans') }}
)

select * from scored
