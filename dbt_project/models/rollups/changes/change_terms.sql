{{ config(materialized='table') }}

{%- set measures = [
    'units_before', 'weight_sum_before', 'value_sum_before', 'units_after', 'weight_sum_after', 'value_sum_after',
] %}
{%- set segment = (change_key() + ['segment_type', 'label']) | join(', ') %}
{%- set whole = 'whole_weight_before, whole_value_before, whole_weight_after, whole_value_after' %}

with segments as (
    select * from {{ ref('change_segments') }}
),

summed as (
    select {{ segment }}, {{ whole }}, {{ sums('segments', measures) }}
    from segments
    group by {{ segment }}, {{ whole }}
),

-- A type with a single segment says what the whole does.
parted as (
    select *, count(*) over (partition by {{ change_key() | join(', ') }}, segment_type) as labels
    from summed
),

scored as (
    select
        *,
        {%- for side, other in [('before', 'after'), ('after', 'before')] %}
        weight_sum_{{ side }} / whole_weight_{{ side }} as share_{{ side }},
        coalesce(
            value_sum_{{ side }} / nullif(weight_sum_{{ side }}, 0),
            value_sum_{{ other }} / nullif(weight_sum_{{ other }}, 0)
        ) as score_{{ side }},
        whole_value_{{ side }} / whole_weight_{{ side }} as whole_{{ side }},
        {%- endfor %}
        weight_sum_before > 0 and weight_sum_after > 0 as is_in_both
    from parted
    where labels > 1 or segment_type = 'all'
),

means as (
    select
        *,
        share_after - share_before as share_change,
        score_after - score_before as score_change,
        (share_before + share_after) / 2 as share_mean,
        (score_before + score_after) / 2 - (whole_before + whole_after) / 2 as score_apart
    from scored
),

terms as (
    select
        *,
        {{ rounded('share_change * score_apart') }} as mix,
        {{ rounded('share_mean * score_change') }} as rate,
        {{ rounded(
            'share_after * (score_after - whole_after) - share_before * (score_before - whole_before)'
        ) }} as divergence
    from means
)

select * from terms
