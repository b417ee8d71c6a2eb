"""Customers that the sample has none of, landed beside it, so that their metrics have rows.

Sixty who order and never subscribe, some of whom lapse. Forty with yearly terms, ten of them since
before anybody is known to have left, of whom every third lets a term end, one leaves early, and
every sixth comes back three weeks later with another subscription. Twelve who leave in one month,
some of whom did not pay. None of them is in the CRM. Twelve contacts who move from one account to
another, after two mergers of accounts, and post in a forum. Tickets that events tell too little of:
sixty that have but their own row, and thirty of a month in which replies are no events. A desk
of six agents whose tickets are passed on, reopened and judged at any time. And experiments with
them, three variants each. And those who are asked twice and call between.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import duckdb

from tests.integration.asked_twice import land_asked_twice
from tests.integration.conftest import land
from tests.integration.desk import land_desk
from tests.integration.trials import land_trials

BEGIN = datetime(2025, 12, 13, 9)
UNTIL = datetime(2026, 6, 30, 9)
ORDERS = "order_id,updated_at,customer_id,status,currency,ordered_at,total_amount\n"
SUBSCRIPTIONS = (
    "subscription_id,updated_at,customer_id,plan,mrr,currency,status,"
    "started_at,ended_at,renewed_at\n"
)
LEAVERS = "subscription_id,updated_at,customer_id,mrr,status,started_at,cancel_reason\n"


def land_others(landing: Path) -> None:
    """Put their orders and subscriptions into a landing zone."""
    chance = Random(4)
    orders = "".join(_orders(buyer, chance) for buyer in range(60))
    terms = "".join(_terms(subscriber) for subscriber in range(40))
    land(landing, "orders/orders/2026-06-30-buyers.csv", ORDERS + orders)
    land(landing, "crm/subscriptions/2026-06-30-yearly.csv", SUBSCRIPTIONS + terms)
    leavers = LEAVERS + "".join(_leaves(subscriber) for subscriber in range(12))
    land(landing, "crm/subscriptions/2026-06-30-leavers.csv", leavers)
    _land_contacts(landing)
    tickets = [_silent(number) for number in range(60)] + [_quiet(number) for number in range(30)]
    land(landing, "tickets/tickets/2026-06-30-silent.jsonl", "\n".join(map(json.dumps, tickets)))
    file = landing / "tickets" / "events" / "2026-06-30-quiet.parquet"
    duckdb.execute(f"copy ({_QUIET_EVENTS}) to '{file}'")
    land_desk(landing)
    land_trials(landing)
    land_asked_twice(landing)


def _leaves(subscriber: int) -> str:
    """Of four, one falls behind before, one pays again, one gives want of payment as its reason."""
    statuses = [
        "active",
        *(["past_due"], ["past_due", "active"], [], [])[subscriber % 4],
        "canceled",
    ]
    reason = "payment_failed" if subscriber % 4 == 2 else "unused" if subscriber % 4 == 3 else ""
    return "".join(
        f"L{subscriber},2026-05-0{1 + day} 09:00:00,L{subscriber},15,{status},2026-02-10 09:00:00,"
        f"{reason if status == 'canceled' else ''}\n"
        for day, status in enumerate(statuses)
    )


def _land_contacts(landing: Path) -> None:
    """Contacts of account X1, merged into X3 by way of X2, who answer, move, and answer again.

    Their ids are those of accounts, and every third has a subscription that X2 pays.
    """
    mergers = (
        {"account_id": "X1", "parent_account_id": "X2", "updated_at": "2026-02-10 09:00:00"},
        {"account_id": "X2", "parent_account_id": "X3", "updated_at": "2026-03-05 09:00:00"},
    )
    accounts = [
        {"account_id": f"X{n}", "updated_at": "2025-12-20 09:00:00", "size_band": f"{n}-{n}"}
        for n in (1, 2, 3)
    ] + [merger | {"is_deleted": True} for merger in mergers]
    land(landing, "crm/accounts/2026-06-30-x.jsonl", "\n".join(map(json.dumps, accounts)))
    contacts = range(12)
    land(
        landing,
        "crm/customers/2026-06-30-contacts.csv",
        "customer_id,updated_at,account_id,plan\n"
        + "".join(f"X{n},2026-01-02 09:00:00,X1,Starter\n" for n in contacts)
        + "".join(f"X{n},2026-04-15 09:00:00,X{4 + n % 2},Growth\n" for n in contacts),
    )
    land(
        landing,
        "crm/subscriptions/2026-06-30-contacts.csv",
        "subscription_id,updated_at,customer_id,mrr,currency,status,started_at,account_id\n"
        + "".join(
            f"X{n},2026-01-05 09:00:00,X{n},{20 + n},USD,active,2026-01-05 09:00:00,"
            f"{'X2' if n % 3 == 0 else ''}\n"
            for n in contacts
        ),
    )
    answers = [
        {
            "response_id": f"X{n}-{month}",
            "instrument_id": "nps_relationship",
            "customer_id": f"X{n}",
            "responded_at": f"2026-0{month}-20 09:00:00",
            "score": n * month % 11,
        }
        for n in contacts
        for month in (1, 2, 3, 5)
    ]
    land(landing, "survey/responses/2026-06-30-x.jsonl", "\n".join(map(json.dumps, answers)))
    land(
        landing,
        "voice/posts/2026-06-30-x.csv",
        "post_id,thread_id,customer_id,kind,body,posted_at\n"
        + "".join(f"X{n},X0,X{n},comment,Same here.,2026-05-0{1 + n % 9}\n" for n in contacts),
    )


def _orders(buyer: int, chance: Random) -> str:
    at = BEGIN + timedelta(days=chance.uniform(0, 100))
    rows: list[str] = []
    while at < UNTIL and (not rows or chance.random() < 0.7):
        instant = at.isoformat(" ", "seconds")
        amount = f"{chance.uniform(20, 200):.2f}"
        order = f"B{buyer}-{len(rows)}"
        rows.append(f"{order},{instant},B{buyer},completed,USD,{instant},{amount}\n")
        at += timedelta(days=chance.expovariate(1 / 40))
    return "".join(rows)


def _terms(subscriber: int) -> str:
    begun = datetime(2025 - subscriber // 30, 1, 5, 9) + timedelta(days=5 * (subscriber % 10))
    due = begun.replace(year=2026)
    held = f"Y{subscriber},Yearly,40,USD"
    first = f"Y{subscriber}-1,{begun},{held},active,{begun},,\n"
    if subscriber % 3 > 0:
        return first + f"Y{subscriber}-1,{due},{held},active,{begun},,{due}\n"
    left = due - timedelta(days=30 if subscriber == 9 else 0)
    ended = first + f"Y{subscriber}-1,{left},{held},canceled,{begun},{left},\n"
    back = left + timedelta(days=21)
    return ended + f"Y{subscriber}-2,{back},{held},active,{back},,\n" * (subscriber % 6 == 0)


def _silent(number: int) -> dict[str, str]:
    """A ticket without events: solved at a known instant, or at none, or open again."""
    created = datetime(2026, 5, 4, 7) + timedelta(hours=7 * number)
    status = ("solved", "solved", "open")[number % 3]
    ticket = {"ticket_id": f"silent-{number}", "status": status} | _at(created)
    if number % 3 != 1:
        ticket["solved_at"] = str(created + timedelta(minutes=50 * number))
        ticket["first_replied_at"] = str(created + timedelta(minutes=10 * number))
    return ticket


def _quiet(number: int) -> dict[str, str]:
    """A ticket of November, before the sample: every second one tells of a reply itself."""
    created = datetime(2025, 11, 10, 9) + timedelta(hours=number)
    ticket = {"ticket_id": f"quiet-{number}", "status": "open"} | _at(created)
    if number % 2:
        ticket["first_replied_at"] = str(created + timedelta(minutes=30))
    return ticket


def _at(created: datetime) -> dict[str, str]:
    return {"channel": "web", "created_at": str(created), "updated_at": str(created)}


_QUIET_EVENTS = """
    select
        'quiet-' || number || '-' || step.status as event_id,
        'quiet-' || number as ticket_id,
        'status_changed' as event_type,
        'agent' as actor_type,
        step.status as new_status,
        timestamp '2025-11-10 09:00:00' + to_hours(number + step.hours) as occurred_at
    from range(30) as numbers(number)
    cross join (values ('open', 1), ('solved', 20)) as step(status, hours)
"""
