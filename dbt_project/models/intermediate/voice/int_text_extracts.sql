{{ config(materialized='table') }}

with texts as (
    select
        *,
        {{ without_addresses(collapsed('body')) }} as addressless
    from {{ ref('int_texts') }}
    where {{ var('publish_extracts') }}
),

named as (
    select distinct customer_id, {{ each_word('lower(full_name)') }} as name
    from {{ ref('stg_crm__customer_versions') }}
    where {{ var('publish_extracts') }}
),

-- A letter alone, and what lies between words, is no name.
names as (
    select * from named
    where length({{ replaced('name', "'[^\\p{L}]+'", "''") }}) > 1
),

words as (
    select
        text_source,
        text_id,
        customer_id,
        {{ each_word_in_place('addressless') }}
    from texts
),

own_names as (
    select customer_id, name, true as is_own from names
),

all_names as (
    select distinct name, true as is_name from names
),

masked as (
    select
        words.text_source,
        words.text_id,
        words.place,
        case
            when own_names.is_own then '[name]'
            -- In lower case rose is a flower rather than somebody else's name.
            when all_names.is_name and {{ is_written_as_name('words.word') }} then '[name]'
            else words.word
        end as word
    from words
    left join all_names on lower(words.word) = all_names.name
    left join own_names on words.customer_id = own_names.customer_id and lower(words.word) = own_names.name
),

extracts as (
    select
        text_source,
        text_id,
        substr({{ without_numbers(texts_in_order('word', '', 'place')) }}, 1, {{ var('extract_length') }})
            as extract
    from masked
    group by text_source, text_id
)

select * from extracts
