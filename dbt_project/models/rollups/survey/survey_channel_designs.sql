{{ config(materialized='table') }}

{%- set pair = 'metric, channel, other_channel' %}
{%- set cell = 'partition by answers.metric, answers.channel, cells.cell_id' %}

with cells as (
    select distinct profile_id, cell_id from {{ ref('weighting_cells') }}
),

answers as (
    select
        metric,
        coalesce(channel, 'unknown') as channel,
        segment_profile_id,
        coalesce(customer_id, response_id) as unit_id,
        {{ answer_points('answer_band', 'metric') | indent(8) }} as points
    from {{ ref('fct_survey_responses') }}
    where is_scored and metric in ('nps', 'csat')
),

placed as (
    select
        answers.*,
        coalesce(cells.cell_id, '') as cell_id,
        cast(count(*) over ({{ cell }}) as double) as n,
        answers.points - {{ window_mean('answers.points', cell) }} as deviation
    from answers
    left join cells on answers.segment_profile_id = cells.profile_id
),

sizes as (
    select metric, channel, cell_id, n from placed
    group by metric, channel, cell_id, n
),

-- Each channel of a pair, with what an answer through it weighs in their difference.
sides as (
    {%- for side in ['sizes', 'others'] %}
    select
        sizes.metric, sizes.channel, others.channel as other_channel,
        {{ side }}.channel as own_channel,
        sizes.cell_id,
        {{ '-' if loop.last }}(sizes.n + others.n) / {{ side }}.n
        / sum(sizes.n + others.n) over (partition by sizes.metric, sizes.channel, others.channel) as weight
    from sizes
    inner join sizes as others
        on sizes.metric = others.metric
        and sizes.channel < others.channel
        and sizes.cell_id = others.cell_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

influences as (
    select
        sides.metric, sides.channel, sides.other_channel, placed.unit_id,
        {{ exact_sum('sides.weight * placed.deviation') }} as influence,
        {{ exact_sum('power(sides.weight * placed.deviation, 2)') }} as of_independent
    from sides
    inner join placed
        on sides.metric = placed.metric
        and sides.own_channel = placed.channel
        and sides.cell_id = placed.cell_id
    group by sides.metric, sides.channel, sides.other_channel, placed.unit_id
),

designs as (
    select
        {{ pair }},
        greatest({{ exact_sum('power(influence, 2)') }} / nullif({{ exact_sum('of_independent') }}, 0), 1)
            as design_effect
    from influences
    group by {{ pair }}
)

select * from designs
