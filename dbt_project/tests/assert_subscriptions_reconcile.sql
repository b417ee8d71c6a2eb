-- Every version of raw is staged, the subscriptions that have begun and pay without end are those that
-- their newest version says, and the MRR of every month is the same from the subscriptions to the churn
-- table.
with landed as (
    {{ raw_totals(source('raw_crm', 'subscriptions'), 'subscription_id, updated_at') }}
),

staged as (
    {{ staged_totals(ref('stg_crm__subscription_versions')) }}
),

newest as (
    select
        count(*) as paying,
        coalesce(sum(mrr), 0) as mrr
    from {{ ref('stg_crm__subscriptions') }}
    cross join {{ ref('stg_ledger__clock') }} as clock
    where mrr > 0
        and status in ('active', 'past_due')
        and ended_at is null
        and started_at < clock.events_until
),

spans as (
    select
        count(*) as paying,
        coalesce(sum(mrr), 0) as mrr
    from {{ ref('int_subscription_spans') }}
    where valid_to = {{ end_of_time() }}
),

month_starts as (
    select customer_id, month_start, coalesce(sum(mrr_reporting), 0) as mrr
    from {{ ref('int_subscriptions_at_month_start') }}
    group by customer_id, month_start
),

running as (
    select
        count(*) as customers,
        coalesce(sum(mrr), 0) as mrr
    from month_starts
),

newest_month as (
    select
        coalesce(sum(mrr_end), 0) as mrr,
        count(*) filter (where not is_churned) as customers
    from {{ ref('fct_subscription_months') }}
    where month_start = (select max(month_start) from {{ ref('fct_subscription_months') }})
),

fact as (
    select
        coalesce(sum(mrr_start), 0) as mrr_start,
        count(*) filter (where is_active_start) as customers_start,
        count(*) filter (where is_churned) as customers_churned,
        coalesce(sum(terms_due), 0) as terms_due
    from {{ ref('fct_subscription_months') }}
),

churn as (
    select
        cast(coalesce(sum(mrr_start), 0) as decimal(18, 2)) as mrr_start,
        coalesce(sum(customers_start), 0) as customers_start,
        coalesce(sum(customers_churned), 0) as customers_churned,
        coalesce(sum(terms_due), 0) as terms_due
    from {{ ref('churn_by_segment') }}
    where segment_type = 'all'
)

{{ uneven_steps(['landed', 'staged', 'newest', 'spans', 'running', 'newest_month', 'fact', 'churn'], [
    ('raw to staging: versions', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content', 'landed.content', 'staged.content'),
    ('staging to spans: paying without end', 'newest.paying', 'spans.paying'),
    ('staging to spans: their MRR', 'newest.mrr', 'spans.mrr'),
    ('spans to fact: MRR', 'running.mrr', 'fact.mrr_start + newest_month.mrr'),
    (
        'spans to fact: customers',
        'running.customers',
        'fact.customers_start + newest_month.customers',
    ),
    ('fact to churn: MRR', 'fact.mrr_start', 'churn.mrr_start'),
    ('fact to churn: customers', 'fact.customers_start', 'churn.customers_start'),
    ('fact to churn: churned', 'fact.customers_churned', 'churn.customers_churned'),
    ('fact to churn: terms', 'fact.terms_due', 'churn.terms_due'),
]) }}
