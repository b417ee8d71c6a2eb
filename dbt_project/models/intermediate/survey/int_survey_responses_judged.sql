with responses as (
    select * from {{ ref('stg_survey__responses') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
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
)

select * from judged
