with defaults as (
    {{ default_behaviour() | indent }}
),

-- Spans of customers without any attribute would say of each of them what nobody told.
told as (
    select spans.*
    from {{ ref('int_profile_spans') }} as spans
    cross join defaults
    where
        not (
            spans.segment_profile_id = {{ unknown_profile() }}
            and spans.behaviour_profile_id = defaults.behaviour_profile_id
            and spans.valid_from = {{ beginning_of_time() }}
            and spans.is_current
        )
),

spans as (
    select
        customer_id,
        valid_from,
        {{ each_of(['segment_profile_id', 'behaviour_profile_id']) }} as profile_id
    from told
),

segments as (
    select * from {{ ref('int_profile_segments') }}
    where segment_type <> 'all'
),

members as (
    select
        spans.customer_id,
        segments.segment_type,
        segments.segment,
        spans.valid_from,
        lag(segments.segment) over membership as previous_segment
    from spans
    inner join segments on spans.profile_id = segments.profile_id
    window membership as (
        partition by spans.customer_id, segments.segment_type order by spans.valid_from
    )
),

changes as (
    select
        customer_id,
        segment_type,
        segment,
        lead(valid_from) over membership is null as is_current,
        valid_from,
        lead(valid_from) over membership as valid_to
    from members
    where previous_segment is distinct from segment
    window membership as (partition by customer_id, segment_type order by valid_from)
)

select * from changes
