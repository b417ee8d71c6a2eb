"""Agents and what employees say, recomputed in plain Python from the landing files."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import mean, stdev
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.recomputation.test_support import LEAST, newest, registry
from tests.recomputation.test_survey import nps_of, share_of

Ask = Callable[[str], pd.DataFrame]
Row = dict[str, Any]
Spans = dict[str, list[Row]]
Key = tuple[Any, ...]
Z = 1.959963984540054
DONE = ("solved", "closed")


def periods(day: date) -> list[tuple[str, date | None]]:
    """The periods that a day lies in, each by its first day."""
    return [
        ("week", day - timedelta(days=day.weekday())),
        ("month", day.replace(day=1)),
        ("quarter", date(day.year, (day.month - 1) // 3 * 3 + 1, 1)),
        ("year", date(day.year, 1, 1)),
        ("all", None),
    ]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def histories(rows: pd.DataFrame, key: str) -> Spans:
    """Versions of each thing in their order."""
    versions: Spans = defaultdict(list)
    rows = rows.fillna("").drop_duplicates([key, "updated_at"], keep="last")
    for row in rows.sort_values("updated_at", key=lambda ats: ats.map(instant)).to_dict("records"):
        versions[row[key]].append(row)
    return versions


def as_of(versions: list[Row], at: datetime) -> Row:
    """The version that holds at an instant; before the first, the first."""
    past = [version for version in versions if instant(version["updated_at"]) <= at]
    return (past or versions)[-1 if past else 0] if versions else {}


@pytest.fixture(scope="module")
def agents(landed: Ask) -> Spans:
    return histories(landed("tickets/agents"), "agent_id")


@pytest.fixture(scope="module")
def answers(landed: Ask) -> list[Row]:
    """Answers on the scale of a known question, with that question."""
    own = landed("survey/instruments").fillna("").to_dict("records")
    known = {row["instrument_id"]: row for row in [*own, *registry("survey_instruments")]}
    rows = newest(landed("survey/responses"), "response_id").to_dict("records")
    found = []
    for row in rows:
        question = known.get(row["instrument_id"])
        try:
            score, at = float(row["score"]), instant(row["responded_at"])
        except ValueError:
            continue
        if question and float(question["scale_min"]) <= score <= float(question["scale_max"]):
            is_positive = (
                float(question["positive_min"]) <= score <= float(question["positive_max"])
            )
            passive = question["passive_min"]
            is_negative = not is_positive and not (passive and score >= float(passive))
            bands = {"positive": is_positive, "negative": is_negative}
            found.append(question | row | bands | {"score": score, "at": at})
    return found


def solves_of(events: Iterable[Row]) -> tuple[list[tuple[datetime, str, str]], bool]:
    """When a ticket was solved (or closed), to what, by which agent; whether it was reopened."""
    solves, reopened, status = [], False, "new"
    for event in sorted(events, key=lambda row: (instant(row["occurred_at"]), row["event_id"])):
        before, status = event["old_status"] or status, event["new_status"]
        if status in DONE and before not in DONE:
            actor = event["actor_id"] if event["actor_type"] == "agent" else ""
            solves.append((instant(event["occurred_at"]), status, actor))
        reopened |= before in DONE and status not in DONE
    return solves, reopened


@pytest.fixture(scope="module")
def expected(landed: Ask, agents: Spans, answers: list[Row]) -> dict[Key, Row]:
    """What is to be published of each agent and group in each period."""
    versions = histories(landed("tickets/tickets"), "ticket_id")
    events: dict[str, list[Row]] = defaultdict(list)
    for row in newest(landed("tickets/events"), "event_id").to_dict("records"):
        if row["new_status"]:
            events[row["ticket_id"]].append(row)
    judged: dict[str, list[Row]] = defaultdict(list)
    for row in answers:
        if row["metric"] == "csat" and row["audience"] != "employee" and row["ticket_id"]:
            judged[row["ticket_id"]].append(row)
    counts: dict[Key, Counter[str]] = defaultdict(Counter)

    def credit(ticket: str, at: datetime, by: str, day: date, **outcome: int) -> None:
        held = as_of(versions[ticket], at)
        agent = held["agent_id"] or by
        if agent:
            group = held["group_name"] or as_of(agents.get(agent, []), at).get("group_name")
            for grain, start in periods(day):
                counts[grain, start, agent, group or "unknown"].update(outcome)

    for ticket, history in versions.items():
        solves, reopened = solves_of(events[ticket])
        own = history[-1]
        is_told = bool(events[ticket])
        if not is_told and own["solved_at"]:
            solves = [(instant(own["solved_at"]), "solved", "")]
        first = next((solve for solve in solves if solve[1] == "solved"), None)
        if first:
            at, _, by = first
            known, again = int(is_told), int(is_told and reopened)
            credit(ticket, at, by, at.date(), tickets=1, reopens_known=known, reopened=again)
        for answer in judged[ticket]:
            before = [solve for solve in solves if solve[0] <= answer["at"]]
            if before:
                at, _, by = before[-1]
                day, satisfied = answer["at"].date(), int(answer["positive"])
                credit(ticket, at, by, day, responses=1, satisfied=satisfied)
    return drawn_together(counts)


def drawn_together(counts: dict[Key, Counter[str]]) -> dict[Key, Row]:
    """Counts with their shares, each drawn towards that of its group in its period."""
    names = ("tickets", "reopens_known", "reopened", "responses", "satisfied")
    rows: dict[Key, Row] = {
        key: {name: count[name] for name in names} for key, count in counts.items()
    }
    pools: dict[Key, list[Row]] = defaultdict(list)
    for (grain, start, _, group), row in rows.items():
        pools[grain, start, group].append(row)
    for pool in pools.values():
        shrink(pool, "reopen_rate", "reopened", "reopens_known")
        shrink(pool, "csat", "satisfied", "responses")
        for row in pool:
            n = row["responses"]
            if n >= LEAST:
                p, shown = row["group_csat"], [other for other in pool if "csat" in other]
                better = [r for r in shown if r["csat_shrunk"] > row["csat_shrunk"] + 1e-12]
                margin = 3.0902323 * sqrt(p * (1 - p) / n)
                row["csat_rank"] = 1 + len(better)
                row["is_outside_limits"] = abs(row["csat"] - p) > margin
            row["is_reportable"] = max(n, row["reopens_known"]) >= LEAST
    return rows


def shrink(pool: list[Row], name: str, part: str, whole: str) -> None:
    """Kleinman's moments, by the formulas as they are written."""
    own = [(row[part], row[whole]) for row in pool if row[whole]]
    total = sum(n for _, n in own)
    if not total:
        return
    p = sum(x for x, _ in own) / total
    others = len(own) - 1
    room = total - sum(n * n for _, n in own) / total - others
    spread = sum(n * (x / n - p) ** 2 for x, n in own)
    rho = (spread / (p * (1 - p)) - others) / room if 0 < p < 1 and room > 1e-9 else 0.0
    for row in pool:
        x, n = row[part], row[whole]
        if n < LEAST:
            continue
        if rho > 0:
            prior = max(1 - rho, 0) / rho
            shrunk = (x + prior * p) / (n + prior)
            margin = Z * sqrt(shrunk * (1 - shrunk) / (n + prior + 1))
            low, high = max(shrunk - margin, 0), min(shrunk + margin, 1)
            if not margin:
                low, high = proportion_confint(x, n, method="wilson")
        else:
            prior, shrunk = None, p
            low, high = proportion_confint(p * total, total, method="wilson")
        row |= {
            name: x / n,
            f"group_{name}": p,
            f"{name}_prior": prior,
            f"{name}_shrunk": shrunk,
            f"{name}_shrunk_ci_low": low,
            f"{name}_shrunk_ci_high": high,
        }


def published_rows(published: Ask, table: str, key: list[str]) -> dict[Key, Row]:
    rows = published(f"select * replace (period_start::text as period_start) from marts.{table}")
    rows = rows.astype(object).where(rows.notna(), None)
    return {tuple(row[name] for name in key): row for row in rows.to_dict("records")}


def assert_same(found: dict[Key, Row], expected: dict[Key, Row], columns: set[str]) -> None:
    """The same rows, and in each the same values; what is expected of no row is null."""
    named = {(key[0], key[1] and str(key[1]), *key[2:]): row for key, row in expected.items()}
    assert set(found) == set(named)
    for key, row in named.items():
        for column in columns:
            value = row.get(column)
            assert found[key][column] == (
                value if value is None else pytest.approx(value, abs=1e-7, rel=1e-7)
            ), (key, column)


def test_agents_by_period(published: Ask, expected: dict[Key, Row]) -> None:
    columns = {column for row in expected.values() for column in row}
    found = published_rows(
        published, "agents_by_period", ["period_grain", "period_start", "agent_id", "group_name"]
    )
    assert len([row for row in expected.values() if row.get("csat_prior")]) > 5
    assert any(row.get("is_outside_limits") for row in expected.values())
    assert len(columns) == 20
    assert_same(found, expected, columns)


def test_employee_surveys_by_segment(published: Ask, agents: Spans, answers: list[Row]) -> None:
    groups: dict[Key, list[Row]] = defaultdict(list)
    for answer in answers:
        if answer["audience"] != "employee":
            continue
        then = as_of(agents.get(answer["customer_id"], []), answer["at"])
        segments = {
            "all": "all",
            "group": then.get("group_name") or "unknown",
            "role": then.get("role") or "unknown",
        }
        for grain, start in periods(answer["at"].date()):
            for kind, segment in segments.items():
                groups[grain, start, kind, segment, answer["instrument_id"]].append(answer)
    people = {
        key: len({row["customer_id"] or row["response_id"] for row in rows})
        for key, rows in groups.items()
    }
    expected = {
        key: {"respondents": people[key], "responses": len(rows)}
        | (said(rows) if is_shown(key, people) else {"is_reportable": False})
        for key, rows in groups.items()
    }
    shown = {rows[0]["metric"] for key, rows in groups.items() if expected[key]["is_reportable"]}
    assert shown == {"nps", "csat", "other"}
    found = published_rows(
        published,
        "employee_surveys_by_segment",
        ["period_grain", "period_start", "segment_type", "segment", "instrument_id"],
    )
    assert_same(found, expected, {column for row in expected.values() for column in row})


def is_shown(key: Key, people: dict[Key, int]) -> bool:
    """Enough people, and not the fewest of those beside whom too few are withheld."""
    place = {
        other[3]: count
        for other, count in people.items()
        if (*other[:3], other[4]) == (*key[:3], key[4])
    }
    few = sum(count for count in place.values() if count < LEAST)
    large = [(count, segment) for segment, count in place.items() if count >= LEAST]
    return people[key] >= LEAST and not (0 < few < LEAST and min(large)[1] == key[3])


def said(rows: list[Row]) -> Row:
    """Scores of answers to one question."""
    n = len(rows)
    positives = sum(row["positive"] for row in rows)
    negatives = sum(row["negative"] for row in rows)
    scores = [row["score"] for row in rows]
    metric = rows[0]["metric"]
    score: dict[str, float] = {}
    if metric != "other":
        found = nps_of(positives, negatives, n) if metric == "nps" else share_of(positives, n)
        names = {"value": "score", "value_se": "score_se", "ci_low": "score_ci_low"}
        names["ci_high"] = "score_ci_high"
        score = {names[name]: value for name, value in found.items()}
    return score | {
        "positives": positives,
        "negatives": negatives,
        "score_mean": mean(scores),
        "score_mean_se": stdev(scores) / sqrt(n),
        "is_reportable": True,
    }
