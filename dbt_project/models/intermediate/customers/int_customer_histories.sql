with versions as (
    select * from {{ ref('stg_crm__customer_versions') }}
),

histories as (
    select
        customer_id,
        sum(_row_hash) as history_hash
    from versions
    group by customer_id
)

select * from histories
