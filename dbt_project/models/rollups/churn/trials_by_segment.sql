with trials as (
    select * from {{ ref('int_subscription_trials') }}
),

by_segment as (
    {{ by_segment(
        'trials',
        keys=['month_start'],
        aggregates={
            'trials_immature': 'count(*) filter (where not is_mature)',
            'trials_mature': 'count(*) filter (where is_mature)',
            'trials_paid': 'count(*) filter (where is_mature and is_paid)',
        },
    ) | indent }}
)

select * from by_segment
