{{ config(materialized='table') }}

{#- Without any account, segments of all that is unknown would say nothing. -#}
{%- set own = ['account'] if has_accounts() else [] %}
{%- set weighted_x = 'cast(mrr as double) * x' %}
with months as (
    select * from {{ ref('int_account_months') }}
),

answered as (
    select
        answers.period_grain,
        answers.points / cast(answers.contacts_answered as double) as x,
        months.*
    from {{ ref('account_answers') }} as answers
    inner join months
        on answers.as_of_date = months.as_of_date
        and answers.has_account = months.has_account
        and answers.account_id = months.account_id
    where answers.contacts_answered > 0
),

of_all as (
    {{ by_segment(
        'months',
        keys=['as_of_date'],
        aggregates={'accounts': 'count(*)', 'mrr': 'sum(mrr)', 'mrr_square': 'sum(' ~ product('mrr', 'mrr') ~ ')'},
        own=own,
        segments='int_account_segments',
    ) | indent }}
),

-- Sums of decimals depend on no order; those of squares have room to 1e34.
of_answered as (
    {{ by_segment(
        'answered',
        keys=['period_grain', 'as_of_date'],
        aggregates={
            'accounts_answered': 'count(*)',
            'mrr_answered': 'sum(mrr)',
            'mrr_answered_square': 'sum(' ~ product('mrr', 'mrr') ~ ')',
            'sum_x': 'sum(cast(x as decimal(38, 15)))',
            'sum_x_square': 'sum(cast(x * x as decimal(38, 15)))',
            'sum_mx': 'sum(cast(' ~ weighted_x ~ ' as decimal(38, 8)))',
            'sum_mmx': 'sum(cast(mrr * ' ~ weighted_x ~ ' as decimal(38, 4)))',
            'sum_mmx_square': 'sum(cast(power(' ~ weighted_x ~ ', 2) as decimal(38, 4)))',
        },
        own=own,
        segments='int_account_segments',
    ) | indent }}
),

periods as (
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'of_all.as_of_date - 1') }} as period_start,
        of_all.*
    from of_all
    cross join {{ account_grains() }} as grains
    where {{ period_start('grains.period_grain', 'of_all.as_of_date') }} = of_all.as_of_date
),

summed as (
    select
        periods.period_grain,
        periods.period_start,
        periods.segment_type,
        periods.segment,
        cast(periods.accounts as bigint) as accounts,
        cast(coalesce(of_answered.accounts_answered, 0) as bigint) as accounts_answered,
        {{ casts([
            'mrr', 'mrr_square', 'mrr_answered', 'mrr_answered_square', 'sum_x', 'sum_x_square', 'sum_mx', 'sum_mmx',
            'sum_mmx_square',
        ], 'double') }}
    from periods
    left join of_answered using (period_grain, as_of_date, segment_type, segment)
)

select * from summed
