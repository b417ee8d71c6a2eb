with improvements as (
    select * from {{ ref('improvements') }}
    where theme is not null
),

themes as (
    select count(distinct theme) as themes from {{ ref('themes') }}
),

texts as (
    select * from {{ ref('fct_texts') }}
    where theme_method is not null and not is_repeat
),

text_themes as (
    select * from {{ ref('fct_text_themes') }}
),

told as (
    select
        improvements.improvement_id,
        texts.text_source,
        texts.text_id,
        texts.customer_id,
        cast(texts.happened_at as date) as told_on,
        count(case when text_themes.theme = improvements.theme then 1 end) as has_theme,
        count(case when text_themes.theme <> improvements.theme then 1 end) as has_others
    from texts
    cross join improvements
    left join text_themes
        on texts.text_source = text_themes.text_source and texts.text_id = text_themes.text_id
    where
        texts.happened_at >= improvements.changed_on - {{ var('improvement_window_days') }}
        and texts.happened_at < improvements.changed_on + {{ var('improvement_window_days') }}
    group by all
),

shares as (
    select
        told.*,
        cast(told.has_others as double) / nullif(themes.themes - 1, 0) as share_of_others
    from told
    cross join themes
)

select * from shares
