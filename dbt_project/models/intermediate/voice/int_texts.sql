{{ config(materialized='table') }}

{#- The text before has to be one of that customer: nobody's texts, many of them alike, are apart. -#}
{%- set same_text = 'partition by customer_id, case when customer_id is null then text_id end, text_hash'
    ~ ' order by happened_at, text_source, text_id' %}
{%- set days = "interval '" ~ var('text_repeat_days') ~ "' day" %}

with texts as (
    select * from {{ ref('int_texts_written') }}
),

-- An answer that is given again counts as it was given last, and so does its text.
beside as (
    select
        *,
        max(case when not is_resubmitted then happened_at end) over (
            {{ same_text }} rows between unbounded preceding and 1 preceding
        ) as sent_before_at,
        case when is_resubmitted then lead(happened_at) over ({{ same_text }}) end as sent_again_at
    from texts
),

marked as (
    select
        text_source,
        text_id,
        text_hash,
        customer_id,
        body,
        language,
        score_band,
        rating,
        coalesce(sent_before_at + {{ days }} >= happened_at, false)
        or coalesce(happened_at + {{ days }} >= sent_again_at, false) as is_repeat,
        happened_at
    from beside
)

select * from marked
