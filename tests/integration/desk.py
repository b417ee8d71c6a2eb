"""A desk of six agents: tickets that are passed on, reopened and judged at any time.

The agents differ in what their customers say; some tickets nobody holds, some are in no group, of
some no event tells. Employees answer questions of each metric, not all of them agents.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from tests.integration.conftest import land

Row = dict[str, Any]
BEGIN = datetime(2026, 2, 2, 9)
# Satisfied share of each agent's answers; the last two are in no list of agents.
SATISFIED = {"D0": 0.95, "D1": 0.8, "D2": 0.75, "D3": 0.05, "D4": 0.8, "D5": 0.6}
GROUPS = ("Returns", "Returns", "Repairs", "")
QUESTIONS = {
    "pulse": {"metric": "csat", "scale_max": 5, "positive_min": 4, "positive_max": 5},
    "tools": {"metric": "other", "scale_max": 7, "positive_min": 6, "positive_max": 7},
}


def land_desk(landing: Path) -> None:
    """Put its tickets, events, agents and answers into a landing zone."""
    chance = Random(12)
    versions: list[Row] = []
    events: list[Row] = []
    answers: list[Row] = []
    for number in range(260):
        _ticket(number, chance, versions, events, answers)
    answers += [_said(number, chance) for number in range(90)]
    _land(landing, "tickets/tickets", versions)
    _land(landing, "survey/responses", answers)
    _land(landing, "survey/instruments", [_question(name) for name in QUESTIONS])
    rows = json.dumps(events)
    file = landing / "tickets" / "events" / "2026-06-30-desk.parquet"
    duckdb.execute(
        f"""
        copy (
            select unnest(from_json('{rows}', '[{{
                "event_id": "text", "ticket_id": "text", "event_type": "text",
                "actor_type": "text", "actor_id": "text", "old_status": "text",
                "new_status": "text", "occurred_at": "timestamp"
            }}]'), recursive := true)
        ) to '{file}'
        """
    )
    agents = [
        {"agent_id": "D0", "updated_at": BEGIN, "group_name": "Returns", "role": "agent"},
        {"agent_id": "D0", "updated_at": datetime(2026, 4, 1), "group_name": "Repairs"},
        {"agent_id": "D3", "updated_at": BEGIN, "group_name": "Returns", "role": "lead"},
    ]
    land(
        landing,
        "tickets/agents/2026-06-30-desk.csv",
        "agent_id,updated_at,group_name,role\n"
        + "".join(
            f"{row['agent_id']},{row['updated_at']},{row['group_name']},{row.get('role', '')}\n"
            for row in agents
        ),
    )


def _land(landing: Path, table: str, rows: list[Row]) -> None:
    text = "\n".join(json.dumps(row, default=str) for row in rows)
    land(landing, f"{table}/2026-06-30-desk.jsonl", text)


def _ticket(
    number: int, chance: Random, versions: list[Row], events: list[Row], answers: list[Row]
) -> None:
    """One to three solves, each by who holds the ticket then, and an answer about any of them."""
    key = f"desk-{number}"
    at = BEGIN + timedelta(hours=11 * number)
    created = at
    is_told = number % 13 != 0
    agents = chance.choices(list(SATISFIED), (2, 1, 1, 3, 1, 1), k=chance.choice([1, 1, 2, 3]))
    solved_at = []
    for turn, agent in enumerate(agents):
        status = "open" if turn else "new"
        # Of some tickets the versions name nobody, so that the event that solves them tells.
        held = {"agent_id": "" if number % 7 == 0 else agent, "group_name": GROUPS[number % 4]}
        at += timedelta(hours=chance.randint(1, 9))
        versions.append(_version(key, at, created, held | {"status": status}))
        at += timedelta(hours=chance.randint(1, 9))
        done = "closed" if number % 17 == 0 else "solved"
        events += [_event(key, at, agent, status, done)] if is_told else []
        solved_at.append(at)
        if turn + 1 < len(agents):
            at += timedelta(hours=chance.randint(1, 60))
            events += [_event(key, at, "", done, "open")] if is_told else []
    own = {"status": "solved", "solved_at": at} if not is_told else {"status": "open"}
    passed_on = {"agent_id": chance.choice(list(SATISFIED)), "group_name": "Archive"}
    versions.append(_version(key, at + timedelta(hours=5), created, passed_on | own))
    turn = chance.randrange(len(agents))
    # At the solve itself, before it, or up to three days after, when another may have the ticket.
    wait = chance.choice([0, -2, *range(1, 72, 7)])
    score = 5 if chance.random() < SATISFIED[agents[turn]] else chance.randint(1, 3)
    if number % 5:
        answer = {"instrument_id": "csat_support", "ticket_id": key}
        responded_at = solved_at[turn] + timedelta(hours=wait)
        answers.append(
            {"response_id": f"R{key}", "score": score, "responded_at": responded_at} | answer
        )


def _version(key: str, at: datetime, created: datetime, columns: Row) -> Row:
    return {"ticket_id": key, "updated_at": at, "created_at": created, "channel": "web"} | columns


def _event(key: str, at: datetime, agent: str, old: str, new: str) -> Row:
    return {
        "event_id": f"{key}-{at:%m%d%H%M}",
        "ticket_id": key,
        "event_type": "status_changed",
        "actor_type": "agent" if agent else "customer",
        "actor_id": agent or "somebody",
        "old_status": old,
        "new_status": new,
        "occurred_at": str(at),
    }


def _question(name: str) -> Row:
    common = {"version": "1", "scale_min": 1, "higher_is_better": True, "audience": "employee"}
    return {"instrument_id": name, "question": f"How about {name}?"} | common | QUESTIONS[name]


def _said(number: int, chance: Random) -> Row:
    """Of agents, of one who is none, or without a name; some without a score."""
    who = [*SATISFIED, *(f"D{n}" for n in range(6, 30)), "C1", None]
    return {
        "response_id": f"said-{number}",
        "instrument_id": ("pulse", "tools")[number % 2],
        "customer_id": chance.choice(who),
        "responded_at": BEGIN + timedelta(days=number, hours=number % 24),
        "score": chance.randint(1, 5) if number % 11 else None,
    }
