-- Tickets with an event before their creation, or one that starts from another status than the event
-- before it left, have doubtful times and reopens.
{{ config(severity='warn') }}
select ticket_id, created_at
from {{ ref('fct_tickets') }}
where has_inconsistent_order
