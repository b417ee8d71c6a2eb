"""Customers that the sample has none of, landed beside it, so that their metrics have rows.

Sixty who order and never subscribe, some of whom lapse; thirty with yearly terms, of whom every
third lets the first term end. None of them is in the CRM.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.integration.conftest import land

BEGIN = datetime(2025, 12, 13, 9)
UNTIL = datetime(2026, 6, 30, 9)
ORDERS = "order_id,updated_at,customer_id,status,currency,ordered_at,total_amount\n"
SUBSCRIPTIONS = (
    "subscription_id,updated_at,customer_id,plan,mrr,currency,status,"
    "started_at,ended_at,renewed_at\n"
)


def land_others(landing: Path) -> None:
    """Put their orders and subscriptions into a landing zone."""
    chance = Random(4)
    orders = "".join(_orders(buyer, chance) for buyer in range(60))
    terms = "".join(_terms(subscriber) for subscriber in range(30))
    land(landing, "orders/orders/2026-06-30-buyers.csv", ORDERS + orders)
    land(landing, "crm/subscriptions/2026-06-30-yearly.csv", SUBSCRIPTIONS + terms)


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
    started = datetime(2025, 1, 5, 9) + timedelta(days=5 * (subscriber % 10))
    due = started.replace(year=2026)
    key = f"Y{subscriber}-1"
    first = f"{key},{started},Y{subscriber},Yearly,40,USD,active,{started},,\n"
    if subscriber % 3 == 0:
        return first + f"{key},{due},Y{subscriber},Yearly,40,USD,canceled,{started},{due},\n"
    return first + f"{key},{due},Y{subscriber},Yearly,44,USD,active,{started},,{due}\n"
