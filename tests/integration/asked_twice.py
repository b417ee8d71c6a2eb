"""Customers who are asked twice, some of whom call between: those who call had the worse scores.

Each fifth thinks better of the first answer within a day.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.integration.conftest import land

FIRST = datetime(2026, 3, 5, 9)
CUSTOMERS = "customer_id,updated_at,plan\n"
CALLS = "call_id,customer_id,queued_at,answered_at,ended_at\n"


def land_asked_twice(landing: Path) -> None:
    """Put 150 of them into a landing zone, with their answers and calls."""
    chance = Random(9)
    answers, calls, customers = [], "", ""
    for number in range(150):
        customer, usual = f"Q{number}", chance.gauss(7, 1.5)
        customers += f"{customer},2026-01-02 09:00:00,Starter\n"
        scores = [min(10, max(0, round(chance.gauss(usual, 2)))) for _ in range(2)]
        first = FIRST + timedelta(hours=chance.randrange(480))
        if number % 5 == 0:
            hasty = first - timedelta(hours=1 + number % 24)
            answers.append(_answer(customer, hasty, "nps_relationship", 0, "hasty"))
        for score, at in zip(scores, (first, first + timedelta(days=61)), strict=True):
            answers += [
                _answer(customer, at, "nps_relationship", score),
                _answer(customer, at, "csat_support", 1 + score // 2.2),
            ]
        if chance.random() < (0.7 if scores[0] < 7 else 0.2):
            at = first + timedelta(hours=chance.randrange(24, 1440))
            calls += f"{customer},{customer},{at},{at},{at + timedelta(minutes=4)}\n"
    land(landing, "crm/customers/2026-06-30-twice.csv", CUSTOMERS + customers)
    land(landing, "survey/responses/2026-06-30-twice.jsonl", "\n".join(answers))
    land(landing, "tickets/calls/2026-06-30-twice.csv", CALLS + calls)


def _answer(customer: str, at: datetime, instrument: str, score: float, which: str = "") -> str:
    answer = {"response_id": f"{customer}-{instrument}-{at:%m}{which}", "instrument_id": instrument}
    return json.dumps(answer | {"customer_id": customer, "responded_at": str(at), "score": score})
