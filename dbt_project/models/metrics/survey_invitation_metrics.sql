with registry as (
    select * from {{ ref('dim_metrics') }}
),

invitations as (
    select *, invitations >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_invitations_by_segment') }}
),

fatigue as (
    select *, customers >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_fatigue') }}
),

{%- set margin = t_95('(customers - 1)') ~ ' * invitations_se' %}

metrics as (
    {%- for rate, answers in [
        ('response_rate', 'invitations_answered'), ('partial_rate', 'invitations_partial'),
    ] %}
    select
        period_grain, period_start, segment_type, segment,
        concat(metric, '_{{ rate }}') as metric,
        {{ share_measured(answers, 'invitations') }},
        is_reportable
    from invitations
    where concat(invitations.metric, '_{{ rate }}') in (select registry.metric from registry)
    union all
    {%- endfor %}
    select
        'all', null, segment_type, segment,
        'invitations_per_customer_{{ var("trailing_days") }}_days',
        {{ score('cast(invitations as double) / customers') }},
        cast(invitations as double),
        cast(customers as double),
        {{ score('invitations_se') }},
        {{ score('cast(invitations as double) / customers - ' ~ margin) }},
        {{ score('cast(invitations as double) / customers + ' ~ margin) }},
        is_reportable
    from fatigue
)

select * from metrics
