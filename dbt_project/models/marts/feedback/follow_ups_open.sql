with waiting as (
    select * from {{ ref('detractor_outcomes') }}
    where is_waiting
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

types as (
    select * from {{ ref('dim_segment_types') }}
    where is_shown
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

profiled as (
    select response_id, {{ each_of(['segment_profile_id', 'behaviour_profile_id']) }} as profile_id
    from waiting
),

described as (
    select
        profiled.response_id,
        {{ texts_in_order("concat(types.label, ': ', segments.segment)", ', ', 'types.label') }} as segments
    from profiled
    inner join segments on profiled.profile_id = segments.profile_id
    inner join types on segments.segment_type = types.segment_type
    where segments.segment <> 'unknown'
    group by profiled.response_id
),

paying as (
    select
        waiting.response_id,
        sum(spans.mrr_reporting) as mrr
    from waiting
    inner join spans on {{ as_of_span('waiting', 'waiting.known_until', 'spans') }}
    group by waiting.response_id
),

listed as (
    select
        waiting.response_id,
        waiting.customer_id,
        waiting.instrument_id,
        waiting.touchpoint,
        waiting.channel,
        waiting.score,
        waiting.responded_at,
        {{ rounded(seconds_between('waiting.responded_at', 'waiting.known_until') ~ ' / 3600') }}
            as hours_waited,
        waiting.is_due,
        coalesce(described.segments, '') as segments,
        cast(coalesce(paying.mrr, 0) as double) as mrr
    from waiting
    left join described on waiting.response_id = described.response_id
    left join paying on waiting.response_id = paying.response_id
)

select * from listed
order by responded_at, response_id
