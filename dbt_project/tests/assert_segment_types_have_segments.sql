-- Every segment type of customers in the registry names an attribute that profiles have: a text column
-- of crm/customers, or one of the var segment_spans.
with segment_types as (
    select * from {{ ref('segment_types') }}
    where applies_to = 'customer'
)

select *
from segment_types
where segment_type not in (select profiles.segment_type from {{ ref('int_profile_segments') }} as profiles)
