-- Every version of a customer in raw is staged and begins a span, unless its time has not come; all spans
-- are in the profiles as of events, and every customer stands in the dimension as the newest version says.
with landed as (
    {{ raw_totals(source('raw_crm', 'customers'), 'customer_id, updated_at') }}
),

staged as (
    {{ staged_totals(ref('stg_crm__customer_versions')) }}
),

held as (
    select
        count(*) as versions,
        count(distinct customer_id) as customers
    from {{ ref('stg_crm__customer_versions') }}
    where exclusion_reason is null
),

newest as (
    select
        count(*) as customers,
        count(*) filter (where is_deleted) as deleted
    from {{ ref('stg_crm__customers') }}
),

spans as (
    select
        count(*) as spans,
        count(*) filter (where is_current) as customers
    from {{ ref('int_customer_spans') }}
),

profiled as (
    select count(*) as versions
    from {{ ref('stg_crm__customer_versions') }} as versions
    inner join {{ ref('int_customer_spans') }} as spans
        on {{ as_of_span('versions', 'versions.updated_at', 'spans') }}
    inner join {{ ref('int_profile_spans') }} as as_of
        on {{ as_of_span('versions', 'versions.updated_at', 'as_of') }}
        and spans.segment_profile_id = as_of.segment_profile_id
    where versions.exclusion_reason is null
),

dimension as (
    select
        count(*) filter (where is_in_crm) as customers,
        count(*) filter (where is_deleted) as deleted
    from {{ ref('dim_customers') }}
)

{{ uneven_steps(['landed', 'staged', 'held', 'newest', 'spans', 'profiled', 'dimension'], [
    ('raw to staging: versions', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content', 'landed.content', 'staged.content'),
    ('staging to newest: customers', 'held.customers', 'newest.customers'),
    ('staging to spans: versions', 'held.versions', 'spans.spans'),
    ('staging to spans: customers', 'newest.customers', 'spans.customers'),
    ('spans to profiles as of events: versions', 'held.versions', 'profiled.versions'),
    ('staging to dimension: customers', 'newest.customers', 'dimension.customers'),
    ('staging to dimension: deleted customers', 'newest.deleted', 'dimension.deleted'),
]) }}
