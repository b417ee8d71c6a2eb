with known as (
    select * from {{ ref('driver_values') }}
    where driver not like 'touchpoint %'
),

weights as (
    select * from {{ source('fits', 'driver_weights') }}
    where segment_type = 'all'
),

written as (
    select
        texts.outcome, texts.unit_id, concat('theme ', themes.theme) as driver, count(*) as value
    from {{ ref('driver_texts') }} as texts
    inner join {{ source('fits', 'text_themes') }} as themes on texts.text_hash = themes.text_hash
    group by texts.outcome, texts.unit_id, themes.theme
),

valued as (
    select outcome, driver, is_count, value from known
    union all
    select outcome, driver, true, value from written
),

ranges as (
    select
        outcome,
        driver,
        min(case when is_count then 0 else value end) as lowest,
        max(value) as highest
    from valued
    group by outcome, driver
    having min(case when is_count then 0 else value end) < max(value)
),

ordered as (
    select
        ranges.outcome,
        ranges.driver,
        case when weights.correlation < 0 then ranges.highest else ranges.lowest end as worst,
        case when weights.correlation < 0 then ranges.lowest else ranges.highest end as best
    from ranges
    inner join weights on ranges.outcome = weights.outcome and ranges.driver = weights.driver
)

select * from ordered
