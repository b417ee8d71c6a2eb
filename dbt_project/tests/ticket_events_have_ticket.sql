-- Events of tickets that have not arrived count nowhere until these do.
{{ config(severity='warn') }}
select events.event_id, events.ticket_id
from {{ ref('stg_tickets__events') }} as events
left join {{ ref('stg_tickets__tickets') }} as tickets on events.ticket_id = tickets.ticket_id
where tickets.ticket_id is null
