-- In each period, the segments of each type add up to the scored answers and the invitations of the
-- days in it.
with daily as (
    select
        metric,
        responded_date as day,
        count(*) as amount
    from {{ ref('fct_survey_responses') }}
    where is_scored
    group by metric, responded_date
    union all
    select 'nps invitations', cast(invitations.sent_at as date), count(*)
    from {{ ref('stg_survey__invitations') }} as invitations
    inner join {{ ref('int_survey_instruments') }} as instruments
        on invitations.instrument_id = instruments.instrument_id
    where instruments.metric = 'nps'
        and instruments.audience = 'customer'
        and not coalesce(invitations.bounced, false)
        and invitations.exclusion_reason is null
    group by cast(invitations.sent_at as date)
),

published as (
    select 'nps' as metric, period_grain, period_start, segment_type, responses as amount
    from {{ ref('nps_by_segment') }}
    union all
    select 'nps invitations', period_grain, period_start, segment_type, invitations
    from {{ ref('nps_by_segment') }}
    union all
    select 'csat', period_grain, period_start, segment_type, responses
    from {{ ref('csat_by_segment') }}
    union all
    select 'ces', period_grain, period_start, segment_type, responses
    from {{ ref('ces_by_segment') }}
),

by_type as (
    select metric, period_grain, period_start, segment_type, sum(amount) as amount
    from published
    group by metric, period_grain, period_start, segment_type
),

periods as (
    select distinct metric, segment_type, period_grain from by_type
),

expected as (
    select
        periods.metric,
        periods.period_grain,
        {{ period_start('periods.period_grain', 'daily.day') }} as period_start,
        periods.segment_type,
        sum(daily.amount) as amount
    from daily
    inner join periods on daily.metric = periods.metric
    group by all
),

compared as (
    select
        coalesce(expected.metric, by_type.metric) as metric,
        coalesce(expected.period_grain, by_type.period_grain) as period_grain,
        coalesce(expected.period_start, by_type.period_start) as period_start,
        coalesce(expected.segment_type, by_type.segment_type) as segment_type,
        coalesce(expected.amount, 0) as expected_amount,
        coalesce(by_type.amount, 0) as amount
    from expected
    full outer join by_type
        on expected.metric = by_type.metric
        and expected.period_grain = by_type.period_grain
        and expected.period_start is not distinct from by_type.period_start
        and expected.segment_type = by_type.segment_type
)

select compared.*
from compared
left join {{ ref('dim_segment_types') }} as types on compared.segment_type = types.segment_type
where {{ is_uneven('compared.amount', 'compared.expected_amount', 'types') }}
