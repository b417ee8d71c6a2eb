with texts as (
    select * from {{ ref('int_texts') }}
),

themes as (
    select * from {{ source('fits', 'text_themes') }}
),

told as (
    select
        texts.text_source,
        texts.text_id,
        themes.theme
    from texts
    inner join themes on texts.text_hash = themes.text_hash
)

select * from told
