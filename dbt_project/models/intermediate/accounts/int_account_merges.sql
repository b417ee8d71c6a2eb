{{ config(materialized='table') }}

-- A ring of parents, none of which is the account itself, would be followed for ever.
{%- set most_links = 16 %}

with recursive merged as (
    select account_id, merged_into, valid_from, valid_to
    from {{ ref('int_account_spans') }}
    where merged_into <> account_id
),

chains as (
    select account_id, merged_into, valid_from, valid_to, 1 as links
    from merged
    union all
    select
        chains.account_id,
        merged.merged_into,
        greatest(chains.valid_from, merged.valid_from) as valid_from,
        least(chains.valid_to, merged.valid_to) as valid_to,
        chains.links + 1 as links
    from chains
    inner join merged
        on chains.merged_into = merged.account_id
        and chains.valid_from < merged.valid_to
        and chains.valid_to > merged.valid_from
    where chains.merged_into <> chains.account_id and chains.links < {{ most_links }}
),

instants as (
    select account_id, valid_from as changes_at from chains
    union
    select account_id, valid_to from chains
),

stretches as (
    select
        account_id,
        changes_at as valid_from,
        {{ until_next('changes_at', 'history') }} as valid_to
    from instants
    window history as (partition by account_id order by changes_at)
),

ends as (
    select
        stretches.account_id,
        chains.merged_into,
        stretches.valid_from,
        stretches.valid_to
    from stretches
    inner join chains
        on stretches.account_id = chains.account_id
        and {{ in_span('stretches.valid_from', 'chains') }}
    where stretches.valid_from < stretches.valid_to
    qualify chains.links = max(chains.links) over (partition by stretches.account_id, stretches.valid_from)
)

select * from ends
where merged_into <> account_id
