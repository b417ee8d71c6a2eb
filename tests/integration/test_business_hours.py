"""Business minutes worked by hand, through the real job: clock changes, holidays, nights."""

from pathlib import Path

import pytest

from tests.integration.conftest import Warehouse, land
from tests.integration.slim import narrow_project

HOURS = """\
schedule,weekday,opens,closes,time_zone
default,1,09:00,17:00,Europe/Berlin
default,2,09:00,17:00,Europe/Berlin
default,3,09:00,17:00,Europe/Berlin
default,4,09:00,17:00,Europe/Berlin
default,5,09:00,17:00,Europe/Berlin
Night desk,6,22:00,06:00,Europe/Berlin
Split desk,3,08:00,12:00,Etc/UTC
Split desk,3,11:00,12:00,Etc/UTC
Split desk,3,13:00,17:00,Etc/UTC
"""
HOLIDAYS = """\
schedule,holiday,name
default,2025-12-25,Christmas Day
default,2025-12-26,Second Day of Christmas
"""
PROMISES = """\
priority,group_name,first_reply_minutes,next_reply_minutes,solution_minutes,minutes_of
normal,,100,,100,business
"""
KEPT = """
    select sum(sla_met)::int, sum(sla_due)::int from marts.support_by_segment
    where segment_type = 'all' and period_grain = 'month'
"""
# Ticket, group, creation, first reply and solving (UTC), calendar minutes, business minutes.
WORKED = (
    # Friday 16:30 in winter time to Monday 9:30 in summer time: 30 + 30.
    ("spring", "Billing", "2026-03-27 15:30", "2026-03-30 07:30", 3840, 60),
    # Friday 16:30 in summer time to Monday 9:30 in winter time: 30 + 30.
    ("autumn", "", "2026-10-23 14:30", "2026-10-26 08:30", 3960, 60),
    # Wednesday 16:00 to Monday 10:00, Thursday and Friday are holidays: 60 + 60.
    ("holiday", "", "2025-12-24 15:00", "2025-12-29 09:00", 6840, 120),
    ("evening", "", "2026-02-03 20:00", "2026-02-03 23:00", 180, 0),
    # From 22:00 to 6:00 there are seven hours when the clock goes forward, nine when it goes back.
    ("short night", "Night desk", "2026-03-28 20:00", "2026-03-29 05:00", 540, 420),
    ("long night", "Night desk", "2026-10-24 19:00", "2026-10-25 06:00", 660, 540),
    # The break from 12:00 to 13:00 does not count, what two windows share counts once.
    ("break", "Split desk", "2026-02-04 10:30", "2026-02-04 13:15", 165, 105),
)


def landing_of_worked_tickets(landing: Path) -> None:
    tickets = ["ticket_id,updated_at,priority,group_name,created_at,reopens"]
    events = ["event_id,ticket_id,event_type,actor_type,actor_id,new_status,occurred_at"]
    for ticket, group, created, replied, _, _ in WORKED:
        # The helpdesk counts a reopen of the ticket 'break' that its events do not show.
        reopens = 1 if ticket == "break" else 0
        tickets.append(f"{ticket},{created},normal,{group},{created},{reopens}")
        events.append(f"{ticket} 1,{ticket},public_reply,agent,ana,,{replied}")
        events.append(f"{ticket} 2,{ticket},status_changed,agent,ben,solved,{replied}")
    land(landing, "tickets/tickets/2026-11-01.csv", "\n".join(tickets) + "\n")
    land(landing, "tickets/events/2026-11-01.csv", "\n".join(events) + "\n")


def test_worked_tickets_before_and_after_a_change_of_hours_and_promises(
    tmp_path: Path,
) -> None:
    project = narrow_project(tmp_path / "project", "support_by_segment")
    warehouse = Warehouse(tmp_path / "home", tmp_path / "landing", project)
    (project / "seeds" / "business_hours.csv").write_text(HOURS)
    (project / "seeds" / "holidays.csv").write_text(HOLIDAYS)
    (project / "seeds" / "sla_policies.csv").write_text(PROMISES)
    landing_of_worked_tickets(warehouse.landing)
    printed = warehouse.run()
    found = warehouse.query(
        """
        select ticket_id, first_reply_minutes, first_reply_business_minutes,
            first_resolution_business_minutes, requester_wait_business_minutes,
            first_reply_agent_id, first_resolution_agent_id
        from marts.fct_tickets
        """
    )
    assert sorted(found) == sorted(
        (ticket, minutes, *[pytest.approx(business)] * 3, "ana", "ben")
        for ticket, _, _, _, minutes, business in WORKED
    )
    assert "ticket_counters_agree" in printed
    # First reply and solution of spring, autumn and evening.
    assert warehouse.query(KEPT) == [(6, 14)]

    longer_fridays = HOURS.replace("default,5,09:00,17:00", "default,5,09:00,18:00")
    (project / "seeds" / "business_hours.csv").write_text(longer_fridays)
    of_nights = "normal,Night desk,600,,600,calendar\n"
    (project / "seeds" / "sla_policies.csv").write_text(PROMISES + of_nights)
    warehouse.run()
    changed = warehouse.query(
        """
        select ticket_id, first_reply_business_minutes from marts.fct_tickets
        where ticket_id in ('spring', 'autumn', 'holiday', 'short night') order by 1
        """
    )
    assert changed == [("autumn", 120), ("holiday", 120), ("short night", 420), ("spring", 120)]
    # Fridays are too long for spring and autumn; the short night is within its new promises.
    assert warehouse.query(KEPT) == [(4, 14)]
