"""Customers who are asked twice, some of whom call between: those who call had the worse scores."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.integration.conftest import land

FIRST = datetime(2026, 3, 5, 9)


def land_asked_twice(landing: Path) -> None:
    """Put 150 of them into a landing zone, with their answers and calls."""
    chance = Random(9)
    answers, calls = [], []
    for customer in range(150):
        usual = chance.gauss(7, 1.5)
        scores = [min(10, max(0, round(chance.gauss(usual, 2)))) for _ in range(2)]
        first = FIRST + timedelta(days=chance.uniform(0, 20))
        for number, score in enumerate(scores):
            at = first + timedelta(days=61 * number)
            for instrument, given in (
                ("nps_relationship", score),
                ("csat_support", 1 + score // 2.2),
            ):
                answers.append(
                    f"A{customer}-{instrument}-{number},{instrument},A{customer},{at},{given}"
                )
        if chance.random() < (0.7 if scores[0] < 7 else 0.2):
            called = first + timedelta(days=chance.uniform(1, 60))
            calls.append(
                f"A{customer},A{customer},{called},{called},{called + timedelta(minutes=4)}"
            )
    header = "response_id,instrument_id,customer_id,responded_at,score"
    land(landing, "survey/responses/2026-06-30-twice.csv", "\n".join([header, *answers]))
    header = "call_id,customer_id,queued_at,answered_at,ended_at"
    land(landing, "tickets/calls/2026-06-30-twice.csv", "\n".join([header, *calls]))
