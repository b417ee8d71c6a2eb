{{ config(materialized='table') }}

{%- set keys = ['role', 'anchor', 'window_days', 'metric', 'first_score', 'first_month'] %}
{%- set aggregates = {
    'pairs': 'count(*)',
    'points_before': 'sum(points_before)',
    'points_after': 'sum(points_after)',
    'change_squares': 'sum((points_after - points_before) * (points_after - points_before))',
    'gained': 'count(*) filter (where points_after > points_before)',
    'lost': 'count(*) filter (where points_after < points_before)',
} %}
{%- set of_pair = ['metric', 'first_score', 'first_month', 'points_before', 'points_after'] %}

with windows as (
    select * from {{ ref('anchor_windows') }}
),

pairs as (
    select * from {{ ref('answer_pairs') }}
),

sides as (
    select {{ each_of(var('anchor_window_days')) }} as window_days
),

-- No pair that an event is between is longer than two windows, so neither is one to compare with.
near as (
    select
        pairs.*,
        sides.window_days,
        pairs.first_at - sides.window_days * interval '1' day as free_from
    from pairs
    cross join sides
    where pairs.first_at + 2 * sides.window_days * interval '1' day >= pairs.second_at
),

touched as (
    select latest.anchor, near.*
    from near
    inner join {{ ref('events_before_answers') }} as latest
        on near.pair_id = latest.pair_id and near.free_from <= latest.anchored_at
),

anchored as (
    select
        windows.anchor,
        windows.window_days,
        {{ 'windows.' ~ ['customer_id', 'segment_profile_id', 'behaviour_profile_id'] | join(', windows.') }},
        near.{{ of_pair | join(', near.') }}
    from windows
    inner join {{ ref('events_between_answers') }} as between_answers
        on {{ same_values('windows', 'between_answers', ['anchor', 'customer_id', 'anchored_at']) }}
    inner join near
        on between_answers.pair_id = near.pair_id
        and windows.window_days = near.window_days
        and windows.begins_at <= near.first_at
        and windows.ends_at >= near.second_at
    where windows.is_first and windows.is_mature
),

compared as (
    {%- for role, relation in [('anchored', 'anchored'), ('touched', 'touched'), ('all', 'near')] %}
    select
        '{{ role }}' as role,
        {{ "''" if role == 'all' else 'anchor' }} as anchor,
        window_days, customer_id, segment_profile_id, behaviour_profile_id,
        {{ of_pair | join(', ') }}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

in_strata as (
    {{ by_segment('compared', keys, aggregates) | indent }}
)

select * from in_strata
