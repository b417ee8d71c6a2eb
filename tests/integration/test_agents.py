"""`cx mcp` as an agent meets it: the protocol's own client, on pipes and over HTTP."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import duckdb
import httpx
import pytest
from mcp import Client, StdioServerParameters

from tests.integration.conftest import CX, PROJECT, Warehouse
from tests.integration.published import published_sample
from tests.listening import free_port, wait_for
from tests.unit.published_figures import HOSTILE, publish_figures

Call = tuple[str, dict[str, Any]]


def answered(home: Path, calls: Sequence[Call]) -> list[Any]:
    """What a server answers to calls of its tools, one after the other; an error as its text."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", CX, "mcp"],
        cwd=PROJECT,
        env={"CX_HOME": str(home), "PATH": ""},
    )

    async def ask() -> list[Any]:
        async with Client(server) as client:
            found = [await client.call_tool(name, arguments) for name, arguments in calls]
            return [one.structured_content or one.content[0].model_dump()["text"] for one in found]

    return anyio.run(ask)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Some figures by hand, of which one is of too few."""
    publish_figures(tmp_path)
    return tmp_path


def test_every_answer_carries_interval_n_definition_and_publish(home: Path) -> None:
    by_plan, change, definition, freshness, listed = answered(
        home,
        [
            ("get_metric", {"metric": "nps", "segment_type": "plan"}),
            ("explain_change", {"metric": "nps"}),
            ("get_definition", {"metric": "reopen_rate"}),
            ("get_freshness", {}),
            ("list_metrics", {}),
        ],
    )
    assert by_plan["definition"] == change["definition"] == "Promoters less detractors."
    assert by_plan["figures"] == [
        {"period_start": "2026-02-01", "segment": HOSTILE, "n": 9, "refused": "too few responses"},
        {"period_start": "2026-02-01", "segment": "pro", "n": 80}
        | {"value": -12.5, "ci_low": -26.5, "ci_high": 1.5},
    ]
    whole, pro, few = change["changes"]
    assert (whole["n_before"], whole["n_after"], whole.get("divergence")) == (200, 300, None)
    assert whole["rate"] == pytest.approx({"value": 10, "ci_low": 7.06, "ci_high": 12.94})
    assert whole["sentence"] == "NPS rose by 10.0 ± 2.9: pro."
    assert pro["mix"] == pytest.approx({"value": -1, "ci_low": -1.98, "ci_high": -0.02})
    assert pro["divergence"] == pytest.approx({"value": 9, "ci_low": 7.04, "ci_high": 10.96})
    assert few["refused"] == "too few responses" and "value_after" not in few
    assert definition["definition"] == "All of them."
    assert freshness["sources"] == [
        {"source_table": "raw_survey.responses", "freshness": "stale"}
        | {"newest_event_at": "2026-02-28 03:00:00", "files_outside": 1, "rows_quarantined": 2}
    ]
    [nps] = [metric for metric in listed["metrics"] if metric["metric"] == "nps"]
    assert nps["segment_types"] == ["all", 'it\'s "odd"', "plan"]
    assert nps["grains"] == ["all", "month"]
    for answer in (by_plan, change, definition, freshness, listed):
        assert answer["publish_id"] == "20260301T000000000000Z"


def test_figures_are_of_the_segment_and_the_periods_that_are_asked_for(home: Path) -> None:
    since, until, pro = answered(
        home,
        [
            ("get_metric", {"metric": "nps", "since": "2026-02-01"}),
            ("get_metric", {"metric": "nps", "until": "2026-01-31"}),
            ("get_metric", {"metric": "nps", "segment_type": "plan", "segment": "pro"}),
        ],
    )
    assert [figure["value"] for figure in since["figures"]] == [30]
    assert [figure["value"] for figure in until["figures"]] == [20]
    assert [figure["value"] for figure in pro["figures"]] == [-12.5]


def test_what_is_not_there_is_refused_with_what_is(home: Path) -> None:
    said = answered(
        home,
        [
            ("get_metric", {"metric": "npss"}),
            ("get_metric", {"metric": "nps", "segment_type": "plan", "segment": "prro"}),
            ("get_metric", {"metric": "nps", "segment_type": "x' or true --"}),
            ("explain_change", {"metric": "nps", "period_start": "2020-01-01"}),
            ("explain_change", {"metric": "reopen_rate"}),
            ("get_metric", {"metric": "nps", "grain": "decade"}),
        ],
    )
    assert "There is no metric npss: did you mean nps" in said[0]
    assert "There is no segment of plan prro: did you mean pro?" in said[1]
    assert 'there are all, it\'s "odd", plan.' in said[2]
    assert "the last are 2026-02-01" in said[3]
    assert "there is none" in said[4]
    assert "'week', 'month', 'quarter', 'year' or 'all'" in said[5]


def test_more_than_an_answer_holds_is_refused_with_what_to_ask(home: Path) -> None:
    with duckdb.connect(home / "published" / "cx.duckdb") as connection:
        connection.execute(
            """
            insert into marts.metric_values
            select 'week', date '2020-01-06' + range * interval 1 week, 'all', 'all', 'nps', 1, 1,
                2, 0, 50, true
            from range(201)
            """
        )
    asked = {"metric": "nps", "grain": "week"}
    whole, since = answered(
        home, [("get_metric", asked), ("get_metric", asked | {"since": "2020-01-13"})]
    )
    assert "201 figures, more than 200: ask for one segment" in whole
    assert len(since["figures"]) == 200


def test_each_answer_is_of_the_publish_that_readers_see_now(home: Path) -> None:
    file = home / "published" / "cx.duckdb"
    publish = "select publish_id from marts.publish_info"
    other = home / "other.duckdb"
    other.write_bytes(file.read_bytes())
    with duckdb.connect(other) as connection:
        connection.execute("update marts.publish_info set publish_id = 'next'")
        assert connection.execute(publish).fetchall() == [("next",)]
    server = StdioServerParameters(
        command=sys.executable, args=["-c", CX, "mcp"], cwd=PROJECT, env={"CX_HOME": str(home)}
    )

    async def ask(meanwhile: Callable[[], object]) -> list[Any]:
        async with Client(server) as client:
            first = await client.call_tool("get_freshness")
            meanwhile()
            return [first.structured_content, (await client.call_tool("get_freshness"))]

    first, second = anyio.run(ask, lambda: other.replace(file))
    assert first["publish_id"] == "20260301T000000000000Z"
    assert second.structured_content["publish_id"] == "next"


def test_over_http_it_answers_this_machine_alone(home: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    command = [sys.executable, "-c", CX, "mcp", "--port", str(port)]
    environment = os.environ | {"CX_HOME": str(home)}

    async def ask() -> Any:
        async with Client(url) as client:
            return (await client.call_tool("get_metric", {"metric": "nps"})).structured_content

    with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE) as server:
        try:
            wait_for(port)
            assert [figure["value"] for figure in anyio.run(ask)["figures"]] == [20, 30]
            for stranger in ({"Host": f"cx.example:{port}"}, {"Origin": "http://cx.example"}):
                assert httpx.post(url, headers=stranger, json={}).status_code in {403, 421}
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", port))
            taken = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True)
            assert taken.returncode == 2 and b"Address already in use" in taken.stdout
        finally:
            server.kill()


def test_a_damaged_file_is_said(home: Path) -> None:
    (home / "published" / "cx.duckdb").write_bytes(b"garbage" * 1000)
    [said] = answered(home, [("list_metrics", {})])
    assert "not a valid DuckDB database file" in said and "Traceback" not in said


def test_nothing_published_is_said(tmp_path: Path) -> None:
    [said] = answered(tmp_path, [("list_metrics", {})])
    assert "Nothing is published yet" in said


def test_answers_on_the_sample_are_what_is_published() -> None:
    sample: Warehouse = published_sample()
    named = "where metric = 'nps' and segment_type = 'plan' and period_grain = 'quarter'"
    columns = "period_start::varchar, segment, denominator::int, value, ci_low, ci_high"
    wanted = sample.query(f"select {columns} from marts.metric_values {named} order by 1, 2")
    asked = {"metric": "nps", "segment_type": "plan", "grain": "quarter"}
    plans, listed, change = answered(
        sample.home,
        [("get_metric", asked), ("list_metrics", {}), ("explain_change", {"metric": "nps"})],
    )
    names = ("period_start", "segment", "n", "value", "ci_low", "ci_high")
    assert [tuple(row.get(name) for name in names) for row in plans["figures"]] == wanted != []
    [(metrics,)] = sample.query("select count(*) from marts.dim_metrics")
    assert len(listed["metrics"]) == metrics
    assert all(metric["definition"] for metric in (plans, change))
