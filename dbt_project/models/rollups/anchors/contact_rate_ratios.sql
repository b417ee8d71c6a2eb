{{ config(materialized='table') }}

with counts as (
    select * from {{ ref('anchored_contacts') }}
    where contacts_before + contacts_after > 0 and days_before > 0 and days_after > 0
),

sides as (
    select
        anchor,
        window_days,
        segment_type,
        segment,
        contacts_before,
        contacts_after,
        contacts_before + contacts_after as contacts,
        least(contacts_before, contacts_after) as fewer,
        days_before / days_after as days_ratio,
        case when contacts_after <= contacts_before then days_after else days_before end
        / (days_before + days_after) as fewer_expected
    from counts
),

shares as (
    {{ exact_shares(
        'sides',
        keys=['anchor', 'window_days', 'segment_type', 'segment'],
        fewer='fewer',
        trials='contacts',
        expected='fewer_expected',
    ) | indent }}
),

ratios as (
    select
        anchor,
        window_days,
        segment_type,
        segment,
        contacts_after * days_ratio / nullif(contacts_before, 0) as rate_ratio,
        case when contacts_after <= contacts_before then share_low / (1 - share_low)
            else (1 - share_high) / share_high
        end * days_ratio as rate_ratio_ci_low,
        case when contacts_after <= contacts_before then share_high / (1 - share_high)
            else (1 - share_low) / nullif(share_low, 0)
        end * days_ratio as rate_ratio_ci_high,
        share_p as rate_ratio_p
    from shares
),

rounded as (
    select
        anchor,
        window_days,
        segment_type,
        segment,
        {{ roundings(['rate_ratio', 'rate_ratio_ci_low', 'rate_ratio_ci_high', 'rate_ratio_p']) }}
    from ratios
)

select * from rounded
