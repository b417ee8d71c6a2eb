{{ config(materialized='table') }}

with spans as (
    select * from {{ ref('int_customer_spans') }}
),

cells as (
    select distinct profile_id, cell_id from {{ ref('weighting_cells') }}
),

periods as (
    select distinct period_grain, period_start from {{ ref('survey_answers_by_segment') }}
),

customers as (
    select
        customer_id,
        coalesce(min(signed_up_at), min(updated_at)) as joined_at,
        case
            when max_by(coalesce(is_deleted, false), updated_at) then max(updated_at)
            else {{ end_of_time() }}
        end as deleted_at
    from {{ ref('stg_crm__customer_versions') }}
    where exclusion_reason is null
    group by customer_id
),

stays as (
    select
        cells.cell_id,
        greatest(spans.valid_from, customers.joined_at) as starts_at,
        least(spans.valid_to, customers.deleted_at) as ends_at
    from spans
    inner join customers on spans.customer_id = customers.customer_id
    inner join cells on spans.segment_profile_id = cells.profile_id
),

movements as (
    select cell_id, cast(starts_at as date) as moved_on, 1 as customers
    from stays
    where starts_at < ends_at
    union all
    select cell_id, cast(ends_at as date), -1
    from stays
    where starts_at < ends_at and ends_at < {{ end_of_time() }}
),

daily as (
    select cell_id, moved_on, sum(customers) as customers
    from movements
    group by cell_id, moved_on
),

base as (
    select
        periods.period_grain,
        periods.period_start,
        daily.cell_id,
        sum(daily.customers) as customers
    from periods
    inner join daily
        on daily.moved_on <= {{ period_end('periods.period_grain', 'periods.period_start') }}
    group by periods.period_grain, periods.period_start, daily.cell_id
    having sum(daily.customers) > 0
)

select * from base
