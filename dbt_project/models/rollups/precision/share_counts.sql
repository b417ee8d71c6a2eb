{%- set shares = shares_of_counts() %}
with wanted as (
    select metric from {{ ref('metrics') }}
    where half_width_wanted is not null
),

customers_of_months as (
    select 'month' as period_grain, month_start as period_start, *
    from {{ ref('mrr_spreads') }}
),

trials_of_months as (
    select 'month' as period_grain, month_start as period_start, *
    from {{ ref('trials_by_segment') }}
),

support_scores as (
    select * from {{ ref('support_scores') }}
),

web_scores as (
    select * from {{ ref('web_scores') }}
),

horizons as (
    select * from {{ ref('share_horizons') }}
),

counted as (
    {%- for relation, rates in shares.items() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    {%- for metric, (hits, n) in rates.items() %}
    select
        '{{ metric }}' as metric, '{{ relation }}' as relation,
        period_grain, period_start, segment_type, segment,
        {{ n }} as n, {{ hits }} as hits
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

typed as (
    select
        metric, period_grain, period_start, segment_type, segment,
        horizons.newest_on,
        cast(n as double) as n,
        cast(hits as double) as hits
    from counted
    inner join horizons using (relation)
    where n > 0 and metric in (select metric from wanted)
)

select * from typed
