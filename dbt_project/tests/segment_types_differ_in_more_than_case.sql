-- Each segment type of customers is a column of the views of bi, and names of columns know no case.
{{ config(meta={'remedy': 'Name them apart in seeds/segment_types.csv.'}) }}
with segment_types as (
    select * from {{ ref('segment_types') }}
),

alike as (
    select
        lower(segment_type) as name,
        {{ texts_in_order('segment_type', ', ', 'segment_type') }} as names
    from segment_types
    group by lower(segment_type)
    having count(distinct segment_type) > 1
)

select concat('rows ', names, ' of seeds/segment_types.csv differ in case alone') as sentence
from alike
