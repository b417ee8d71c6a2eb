{%- set places = [
    'period_grain', 'period_start', 'segment_type', 'instrument_id', 'metric', 'instrument_version',
] %}
with answers as (
    select * from {{ ref('employee_answers') }}
),

grains as (
    select {{ each_of([quoted(period_grains() + ['all'])]) }} as period_grain
),

segment_types as (
    select {{ each_of(["'all'", "'group'", "'role'"]) }} as segment_type
),

counted as (
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'answers.responded_date') }} as period_start,
        segment_types.segment_type,
        answers.instrument_id,
        answers.metric,
        answers.instrument_version,
        case segment_types.segment_type
            when 'group' then answers.group_name
            when 'role' then answers.role
            else 'all'
        end as segment,
        count(distinct answers.respondent_id) as respondents,
        count(*) as responses,
        count(*) filter (where answers.band = 'positive') as positives,
        count(*) filter (where answers.band = 'negative') as negatives,
        sum(answers.score) as score_sum,
        sum(answers.score * answers.score) as score_square_sum
    from answers
    cross join grains
    cross join segment_types
    group by 1, 2, 3, 4, 5, 6, 7
),

sized as (
    select
        *,
        respondents >= {{ var('min_responses') }} as is_large,
        row_number() over (
            partition by {{ places | join(', ') }}, respondents >= {{ var('min_responses') }}
            order by respondents, segment
        ) as size_order,
        sum(case when respondents < {{ var('min_responses') }} then respondents else 0 end) over (
            partition by {{ places | join(', ') }}
        ) as respondents_withheld
    from counted
),

-- Who is withheld must not follow from the total: where they are few, the smallest other is withheld, too.
judged as (
    select
        *,
        is_large and not (
            size_order = 1 and respondents_withheld between 1 and {{ var('min_responses') }} - 1
        ) as is_reportable
    from sized
)

select * from judged
