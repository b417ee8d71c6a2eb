with scores as (
    select * from {{ ref('support_scores') }}
),

metrics as (
    {{- metrics_of('scores', support_rates(), support_medians().values() | sum(start=[])) | indent }}
    union all
    select
        period_grain, period_start, segment_type, segment,
        'backlog_end',
        cast(backlog_end as double),
        null,
        null,
        null,
        null,
        null,
        true
    from scores
    where backlog_end > 0
    union all
    select
        period_grain, period_start, segment_type, segment,
        'tickets_per_customer',
        tickets_per_customer,
        cast(tickets - tickets_without_customer as double),
        cast(customers_active as double),
        null,
        null,
        null,
        tickets_per_customer is not null
    from scores
    where customers_active > 0
)

select * from metrics
