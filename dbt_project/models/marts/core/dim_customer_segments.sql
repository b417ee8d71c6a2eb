{%- set kinds = ['segment', 'behaviour'] %}
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

segments as (
    select * from {{ ref('int_profile_segments') }}
    where segment_type <> 'all'
),

histories as (
    select
        customer_id,
        {%- for kind in kinds %}
        {{ kind }}_profile_id,
        lag({{ kind }}_profile_id, 1, '') over history as previous_{{ kind }}_profile_id,
        {%- endfor %}
        valid_from
    from told
    window history as (partition by customer_id order by valid_from)
),

moves as (
    {%- for kind in kinds %}
    select
        customer_id,
        previous_{{ kind }}_profile_id as previous_profile_id,
        {{ kind }}_profile_id as profile_id,
        valid_from
    from histories
    where {{ kind }}_profile_id <> previous_{{ kind }}_profile_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- What differs between two profiles is the same for all: 24 thousand pairs for 1.3 million moves.
differences as (
    select
        pairs.*,
        segments.segment_type,
        segments.segment
    from (select distinct previous_profile_id, profile_id from moves) as pairs
    inner join segments on pairs.profile_id = segments.profile_id
    left join segments as before
        on pairs.previous_profile_id = before.profile_id and segments.segment_type = before.segment_type
    where before.segment is null or segments.segment <> before.segment
),

changes as (
    select
        moves.customer_id,
        differences.segment_type,
        differences.segment,
        lead(moves.valid_from) over membership is null as is_current,
        moves.valid_from,
        lead(moves.valid_from) over membership as valid_to
    from moves
    inner join differences using (previous_profile_id, profile_id)
    window membership as (
        partition by moves.customer_id, differences.segment_type order by moves.valid_from
    )
)

select * from changes
-- By type, so that readers of one skip the others; by customer, so that one customer's are found.
order by segment_type, customer_id, valid_from
