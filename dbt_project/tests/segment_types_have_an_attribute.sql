-- Every segment type of the registry names an attribute of customers, accounts or events, or is left out.
{{ config(severity='warn', meta={
    'remedy': 'Name one of these in seeds/segment_types.csv, or a column beside them that has landed.'
}) }}
{%- set of_events = columns_of_all_events() %}
{%- set attributes = {
    'customer': customer_attributes() + var('segment_spans'),
    'account': attributes_of('accounts'),
    'event': of_events['attributes'],
} %}
with missing as (
    select
        segment_type,
        applies_to,
        attribute
    from {{ ref('segment_types') }}
    where
        segment_type not in (select segments.segment_type from {{ ref('int_profile_segments') }} as segments)
        and not (applies_to = 'event' and attribute in ({{ quoted(of_events['found']) }}))
        and not (applies_to = 'account' and attribute in ({{ quoted(attributes_of('accounts')) }}))
),

extra_columns as (
    select distinct {{ json_members('_extra') }} as attribute
    from {{ ref('stg_crm__customer_versions') }}
    where (select count(*) from missing) > 0
    order by attribute
    limit 20
),

choices as (
    {%- for applies_to, names in attributes.items() %}
    {%- for name in names %}
    select '{{ applies_to }}' as applies_to, '{{ name }}' as attribute
    union all
    {%- endfor %}
    {%- endfor %}
    select 'customer' as applies_to, attribute from extra_columns
),

listed as (
    select
        applies_to,
        {{ texts_in_order('attribute', ', ', 'attribute') }} as attributes
    from choices
    group by applies_to
)

select
    concat(
        'row ', missing.segment_type, ' of seeds/segment_types.csv is left out, since ', missing.attribute,
        case
            when missing.applies_to = 'event' and missing.attribute in ({{ quoted(personal_columns()) }})
                then ' is personal, and no attribute of '
            when missing.applies_to = 'event' and missing.attribute in ({{ quoted(of_events['keys']) }})
                then ' tells each of them apart, and is no attribute of '
            else ' is no attribute of '
        end,
        missing.applies_to, 's, which have ', listed.attributes
    ) as sentence
from missing
inner join listed on missing.applies_to = listed.applies_to
