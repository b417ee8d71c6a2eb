with steps as (
    select *, cast(entered_at as date) as event_date
    from {{ ref('funnel_steps') }}
    where days_to_next is not null
),

daily as (
    {{ by_segment(
        'steps',
        keys=['event_date', 'step', 'days_to_next'],
        aggregates={'customers': 'count(*)', 'reached_next': 'count(*) filter (where is_next_reached)'},
    ) | indent }}
),

counts as (
    {{ by_period('daily', ['step', 'days_to_next'], ['customers', 'reached_next']) | indent }}
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
