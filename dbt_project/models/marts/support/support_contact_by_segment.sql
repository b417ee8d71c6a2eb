{%- set place = ['horizon_months', 'segment_type', 'segment'] %}
{%- set is_told = 'customers.followed >= ' ~ var('min_responses') %}
{%- set has_interval = is_told ~ ' and customers.half_width is not null' %}
{%- set is_mrr_told = 'least(customers.followed, mrr.followed) >= ' ~ var('min_responses') %}
with horizons as (
    {{ support_horizons() | indent }}
),

cells as (
    select * from {{ ref('support_cells') }}
),

differences as (
    select * from {{ ref('support_differences') }}
),

contacts as (
    select cell, 1 as contacted, 0 as matched
    from {{ ref('support_life_months') }}
    where contact_day is not null
    union all
    select cell, 0, 1
    from {{ ref('support_contacts_matched') }}
    where measure = 'customers'
),

counted as (
    select
        horizons.horizon_months,
        cells.segment_type,
        cells.segment,
        sum(contacts.contacted) as contacted,
        sum(contacts.matched) as matched
    from cells
    cross join horizons
    left join contacts on cells.cell = contacts.cell
    group by horizons.horizon_months, cells.segment_type, cells.segment
),

told as (
    select
        counted.segment_type,
        counted.segment,
        cast(counted.horizon_months as integer) as horizon_months,
        cast(coalesce(counted.contacted, 0) as bigint) as contacted,
        cast(coalesce(counted.matched, 0) as bigint) as matched,
        {{ score('customers.contacted', is_told) }} as retention_contacted,
        {{ score('customers.others', is_told) }} as retention_matched,
        {{ score('customers.difference', is_told) }} as difference,
        {{ score('greatest(customers.difference - customers.half_width, -1)', has_interval) }}
            as difference_ci_low,
        {{ score('least(customers.difference + customers.half_width, 1)', has_interval) }}
            as difference_ci_high,
        {{ score('mrr.contacted', is_mrr_told) }} as expansion_contacted,
        {{ score('mrr.others', is_mrr_told) }} as expansion_matched,
        {{ score('mrr.difference', is_mrr_told) }} as expansion_difference,
        {{ score('mrr.difference - mrr.half_width', is_mrr_told) }} as expansion_difference_ci_low,
        {{ score('mrr.difference + mrr.half_width', is_mrr_told) }} as expansion_difference_ci_high,
        coalesce({{ is_told }}, false) as is_reportable
    from counted
    left join differences as customers
        on {{ same_values('counted', 'customers', place) }} and customers.measure = 'customers'
    left join differences as mrr
        on {{ same_values('counted', 'mrr', place) }} and mrr.measure = 'mrr'
)

select * from told
