{%- set points = "case metric when 'nps' then 100e0 else 1e0 end" %}

with cells as (
    select
        metric, segment as channel, cell_id,
        cast(responses as double) as n,
        {{ points }} * (positives - case metric when 'nps' then negatives else 0 end) as points,
        {{ points }} * {{ points }} * (positives + case metric when 'nps' then negatives else 0 end)
            as squares
    from {{ ref('survey_answers_by_cell') }}
    where period_grain = 'all' and segment_type = 'channel'
),

designs as (
    select * from {{ ref('survey_channel_designs') }}
),

channels as (
    select
        metric, channel,
        sum(n) as n,
        {{ exact_sum('points') }} / sum(n) as score,
        {{ exact_sum('squares - points * points / n') }} / nullif(sum(n - 1), 0) as variance
    from cells
    group by metric, channel
    having sum(n) >= {{ var('min_responses') }}
),

strata as (
    select
        cells.metric, cells.channel, others.channel as other_channel,
        cells.n + others.n as weight,
        cells.points / cells.n - others.points / others.n as difference,
        1 / cells.n as own, 1 / others.n as other
    from cells
    inner join cells as others
        on cells.metric = others.metric
        and cells.channel < others.channel
        and cells.cell_id is not distinct from others.cell_id
),

standardised as (
    select
        metric, channel, other_channel,
        {{ exact_sum('weight * difference') }} / sum(weight) as difference,
        {{ exact_sum('weight * weight * own') }} / power(sum(weight), 2) as own,
        {{ exact_sum('weight * weight * other') }} / power(sum(weight), 2) as other
    from strata
    group by metric, channel, other_channel
),

compared as (
    select
        standardised.metric, standardised.channel, standardised.other_channel,
        cast(channels.n as bigint) as responses, cast(others.n as bigint) as other_responses,
        channels.score,
        others.score as other_score,
        standardised.difference,
        sqrt(standardised.own * channels.variance + standardised.other * others.variance)
        * sqrt(coalesce(designs.design_effect, 1)) as se
    from standardised
    inner join channels on {{ same_values('standardised', 'channels', ['metric', 'channel']) }}
    inner join channels as others
        on standardised.metric = others.metric and standardised.other_channel = others.channel
    left join designs on {{ same_values('standardised', 'designs', ['metric', 'channel', 'other_channel']) }}
),

reported as (
    select
        metric, channel, other_channel, responses, other_responses,
        {{ roundings(['score', 'other_score']) }},
        {{ rounded('score - other_score') }} as difference,
        {{ rounded('difference') }} as difference_standardised,
        {{ rounded('difference - ' ~ z_95() ~ ' * se') }} as difference_standardised_ci_low,
        {{ rounded('difference + ' ~ z_95() ~ ' * se') }} as difference_standardised_ci_high,
        {{ rounded(two_sided_p('(difference / nullif(se, 0))')) }} as p
    from compared
)

select * from reported
