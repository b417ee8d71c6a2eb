with steps as (
    select *, cast(entered_at as date) as event_date
    from {{ ref('funnel_steps') }}
    where days_to_next is not null
),

counts as (
    {{ by_period_and_segment(
        'steps',
        keys=['step', 'days_to_next'],
        aggregates={'customers': 'count(*)', 'reached_next': 'count(*) filter (where is_next_reached)'},
    ) | indent }}
),

medians as (
    {{ median_time(
        'counts',
        keys=['step'],
        time='days_to_next',
        lives='customers',
        events='reached_next',
    ) | indent }}
)

select * from medians
