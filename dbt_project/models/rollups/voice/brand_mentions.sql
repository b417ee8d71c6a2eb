{{ config(materialized='table') }}

with clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

written as (
    select mention_id, '(own)' as brand, true as is_own, platform, author_handle, posted_at
    from {{ ref('stg_voice__mentions') }}
    union all
    select mention_id, coalesce(nullif(trim(brand), ''), 'unknown'), false, platform, author_handle, posted_at
    from {{ ref('stg_voice__competitor_mentions') }}
),

happened as (
    select written.*
    from written
    cross join clock
    where {{ plausible('written.posted_at') }} is not null
),

-- Where and since when somebody listens for competitors, too: before, all would be of ourselves.
listened as (
    select platform, cast(min(posted_at) as date) as since
    from happened
    where not is_own
    group by platform
),

mentions as (
    select
        happened.brand,
        happened.is_own,
        happened.platform,
        lower(concat(
            happened.platform, ' ',
            coalesce(happened.author_handle, concat(happened.brand, ' ', happened.mention_id))
        )) as author,
        cast(happened.posted_at as date) as event_date
    from happened
    inner join listened
        on happened.platform = listened.platform
        and cast(happened.posted_at as date) >= listened.since
)

select * from mentions
