with versions as (
    select
        *,
        case when is_first then started_at else updated_at end as begins_at
    from {{ ref('int_subscription_versions_dated') }}
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

profiles as (
    select * from {{ ref('int_profile_spans') }}
),

begun as (
    select
        subscription_id,
        min_by(customer_id, updated_at) filter (where status = 'trialing') as customer_id,
        min_by(begins_at, updated_at) filter (where status = 'trialing') as trial_started_at,
        max_by(trial_ends_at, updated_at) filter (where trial_ends_at is not null) as trial_ends_at
    from versions
    group by subscription_id
    having bool_or(status = 'trialing')
),

windows as (
    select
        subscription_id,
        customer_id,
        trial_started_at,
        {{ dbt.dateadd('day', var('trial_payment_days'), 'greatest(
            trial_started_at,
            coalesce(trial_ends_at, ' ~ dbt.dateadd('day', var('trial_days'), 'trial_started_at') ~ ')
        )') }} as window_ends_at
    from begun
),

payments as (
    select windows.subscription_id, min(versions.updated_at) as paid_at
    from windows
    inner join versions on windows.subscription_id = versions.subscription_id
    where versions.status = 'active' and versions.mrr > 0 and versions.updated_at >= windows.trial_started_at
    group by windows.subscription_id
),

trials as (
    select
        windows.subscription_id,
        windows.customer_id,
        {{ profiles_as_of('profiles') }},
        {{ event_month('windows.trial_started_at') }} as month_start,
        windows.window_ends_at <= {{ dbt.dateadd('day', 1, 'horizon.known_until') }} as is_mature,
        coalesce(payments.paid_at < windows.window_ends_at, false) as is_paid
    from windows
    inner join horizon on windows.trial_started_at < horizon.first_open_month
    left join payments on windows.subscription_id = payments.subscription_id
    left join profiles on {{ as_of_span('windows', 'windows.trial_started_at', 'profiles') }}
)

select * from trials
