{{ config(materialized='table') }}

with improvements as (
    select * from {{ ref('improvements') }}
),

answers as (
    select
        response_id,
        customer_id,
        touchpoint,
        responded_date,
        metric,
        instrument_version,
        {{ answer_points('answer_band', 'metric') | indent(8) }} as points
    from {{ ref('fct_survey_responses') }}
    where is_scored and metric in ('nps', 'csat', 'ces') and touchpoint is not null
),

texts as (
    select * from {{ ref('improvement_texts') }}
),

around as (
    select
        improvements.improvement_id,
        answers.*,
        answers.touchpoint = improvements.touchpoint as is_changed,
        {{ newest_version(['improvements.improvement_id']) | indent }} as newest_version
    from answers
    inner join improvements
        on answers.responded_date >= improvements.changed_on - {{ var('improvement_window_days') }}
        and answers.responded_date < improvements.changed_on + {{ var('improvement_window_days') }}
    where improvements.touchpoint is not null
),

measured as (
    select
        improvement_id,
        case metric when 'ces' then 'ces_easy_rate' else metric end as metric,
        coalesce(customer_id, response_id) as unit_id,
        responded_date as day,
        is_changed,
        cast(points as double) as amount
    from around
    where {{ is_poolable() }}
    {%- for is_changed, share in [('true', 'has_theme'), ('false', 'share_of_others')] %}
    union all
    select
        improvement_id,
        'theme_share',
        coalesce(customer_id, concat(text_source, ' ', text_id)),
        told_on,
        {{ is_changed }},
        cast({{ share }} as double)
    from texts
    where {{ share }} is not null
    {%- endfor %}
),

dated as (
    select
        measured.improvement_id,
        measured.metric,
        measured.unit_id,
        measured.is_changed,
        measured.day >= improvements.changed_on as is_after,
        measured.amount
    from measured
    inner join improvements on measured.improvement_id = improvements.improvement_id
)

select * from dated
