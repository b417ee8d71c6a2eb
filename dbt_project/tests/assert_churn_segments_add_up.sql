-- The segments of each type add up to the total of the month.
{%- set measures = [
    'customers_start', 'customers_new', 'customers_reactivated', 'customers_churned',
    'mrr_start', 'mrr_new', 'mrr_reactivated', 'mrr_expansion', 'mrr_contraction', 'mrr_churned',
    'mrr_end', 'terms_due', 'terms_renewed',
] %}
with by_type as (
    select
        period_start,
        segment_type,
        {{ sums('churn', measures, as_type='decimal(18, 2)') }}
    from {{ ref('churn_by_segment') }} as churn
    group by period_start, segment_type
),

compared as (
    select by_type.*
    from by_type
    left join by_type as totals
        on by_type.period_start = totals.period_start and totals.segment_type = 'all'
    where totals.period_start is null
        {%- for measure in measures %}
        or by_type.{{ measure }} <> totals.{{ measure }}
        {%- endfor %}
)

select * from compared
