"""Each macro of macros/dialect gives the same on DuckDB and on Spark, worked by hand.

Run by `make test-spark`.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.settings import DBT_PROJECT_DIR
from tests.engines.spark_cluster import running

Told = dict[str, list[str | None]]
DBT = Path(sys.executable).with_name("dbt")
OF_SPARK = re.compile(r"{% macro spark__(\w+)\(")
# By macro, with a number where it has several: a query of one column, and its values as texts.
CASES: dict[str, tuple[str, list[str | None]]] = {
    "day_series": (
        "select {{ day_series(\"date '2024-02-28'\", \"date '2024-03-01'\") }}",
        ["2024-02-28", "2024-02-29", "2024-03-01"],
    ),
    "day_series 2": (
        "select {{ day_series(\"date '2024-03-01'\", \"date '2024-02-28'\") }}",
        [],
    ),
    "month_series": (
        "select {{ month_series(\"date '2023-12-01'\", \"date '2024-02-01'\") }}",
        ["2023-12-01", "2024-01-01", "2024-02-01"],
    ),
    "whole_numbers": ("select {{ whole_numbers(2, 4) }}", ["2", "3", "4"]),
    "whole_numbers 2": ("select {{ whole_numbers(1, 0) }}", []),
    "each_of": ("select {{ each_of([\"'a'\", \"'b'\", \"'a'\"]) }}", ["a", "a", "b"]),
    "each_word": ("select {{ each_word(\"'Zoë, 2 né'\") }}", [", 2 ", "Zoë", "né"]),
    "each_word_in_place": (
        "select word from (select {{ each_word_in_place(\"'b a'\") }}) as w order by place limit 1",
        ["b"],
    ),
    "words_of": ("select {{ element_of(words_of(\"'b a'\"), 3) }}", ["a"]),
    "element_of": ("select {{ element_of(words_of(\"'b a'\"), 4) }}", [None]),
    "edit_distance": (
        "select {{ edit_distance(\"'late_delivries'\", \"'late_deliveries'\") }}",
        ["1"],
    ),
    "end_of_time": (
        "select {{ end_of_time() }} > timestamp '9999-12-31 23:59:59.999999'",
        ["true"],
    ),
    "iso_weekday": ("select {{ iso_weekday(\"date '2024-03-03'\") }}", ["7"]),
    "json_text": ('select {{ json_text("\'{\\"a b\\": \\"x\\"}\'", \'a b\') }}', ["x"]),
    "json_text 2": ('select {{ json_text("\'{\\"a\\": \\"x\\"}\'", \'b\') }}', [None]),
    "json_text_of": (
        "select {{ json_text_of(\"'{\\\"it''s.1\\\": \\\"1.50\\\"}'\", \"'it''s.1'\") }}",
        ["1.50"],
    ),
    "json_members": ('select {{ json_members("\'{\\"a\\": 1, \\"b\\": 2}\'") }}', ["a", "b"]),
    "json_object_of": (
        "select {{ json_object_of('n', 'v') }} from (values ('b', 'é/'), ('a', '1')) as t (n, v)",
        ['{"a":"1","b":"é/"}'],
    ),
    "just_after": (
        "select {{ just_after(\"timestamp '2024-01-01 00:00:00'\") }}",
        ["2024-01-01 00:00:00.000001"],
    ),
    "last_known": (
        "select {{ last_known('v') }} over (order by n) "
        "from (values (1, 'a'), (2, null), (3, 'b'), (4, null)) as t (n, v)",
        ["a", "a", "b", "b"],
    ),
    "parts_of": ("select {{ parts_of(\"'a|b|'\", \"'|'\") }}", ["", "a", "b"]),
    # Minutes 1, 2, 3, 4: the median lies between, the first quartile at 1.75.
    "quantiles_at": (
        "select {{ element_of(quantiles_at('v', [0.25, 0.5]), 1) }} "
        "from (values (1e0), (2e0), (3e0), (4e0), (null)) as t (v)",
        ["1.75"],
    ),
    "quantiles_at 2": (
        "select {{ element_of(quantiles_at('v', [0.5]), 1) }} "
        "from (values (cast(null as double))) as t (v)",
        [None],
    ),
    "replaced": (
        "select {{ replaced(\"'a  b\\tc'\", \"'\\\\s+'\", \"'-'\") }}",
        ["a-b-c"],
    ),
    # The same content has the same number, and null is at its place.
    "row_hash": (
        "select cast(count(distinct h) as string) from (select {{ row_hash(['a', 'b']) }} as h "
        "from (values ('x', null), (null, 'x'), ('x', null), ('x', '')) as t (a, b)) as hashed",
        ["3"],
    ),
    "seconds_between": (
        "select {{ seconds_between(\"timestamp '2024-01-01 00:00:01'\", "
        "\"timestamp '2024-01-01 00:00:00.25'\") }}",
        ["-0.75"],
    ),
    "text_of_struct": (
        "select {{ text_of_struct(['a', 'b']) }} "
        "from (values ('x', cast(null as string))) as t (a, b)",
        ['{"a":"x","b":null}'],
    ),
    "texts_in_order": (
        "select {{ texts_in_order('v', '; ', '-n, v') }} "
        "from (values (1, 'c'), (2, 'b'), (2, 'a')) as t (n, v)",
        ["a; b; c"],
    ),
    "utc_instant": (
        "select {{ utc_instant(\"date '2024-07-01'\", time ~ \"'09:00'\", \"'Europe/Berlin'\") }}",
        ["2024-07-01 07:00:00"],
    ),
    # Clocks go on by an hour on 31 March and back on 27 October, in Lord Howe back by a half.
    "utc_instant 2": (
        "select {{ utc_instant(\"date '2024-03-31'\", time ~ \"'02:30'\", \"'Europe/Berlin'\") }}",
        ["2024-03-31 01:30:00"],
    ),
    "utc_instant 3": (
        "select {{ utc_instant(\"date '2024-10-27'\", time ~ \"'02:30'\", \"'Europe/Berlin'\") }}",
        ["2024-10-27 01:30:00"],
    ),
    "utc_instant 4": (
        "select {{ utc_instant(\"date '2024-04-07'\", time ~ \"'01:45'\", "
        "\"'Australia/Lord_Howe'\") }}",
        ["2024-04-06 15:15:00"],
    ),
    "dateadd": (
        "select {{ dbt.dateadd('month', 1, \"timestamp '2024-01-31 10:00:00.000001'\") }}",
        ["2024-02-29 10:00:00.000001"],
    ),
    "datediff": (
        "select {{ dbt.datediff(\"date '2024-01-31'\", \"date '2024-03-01'\", 'month') }}",
        ["2"],
    ),
    "datediff 2": (
        "select {{ dbt.datediff(\"timestamp '2024-01-01 23:00:00'\", "
        "\"timestamp '2024-01-02 01:00:00'\", 'day') }}",
        ["1"],
    ),
    "in_turns": (
        "{% set query = 'select k, cast(sum(v) as bigint) as v from in_turn group by k' %}"
        "with t as (select * from (values ('a', 1), ('b', 2), ('a', 3)) as t (k, v)) "
        "select v from ({{ in_turns('t', 'k', query) }}) as turned",
        ["2", "4"],
    ),
    # Cells of 1 and 4 answers, to be 2 each: weights 2 ÷ 1 and 2 ÷ 4, and so they stay.
    "rake": (
        "with t as (select 1 as population_id, c as cell_id, r as responses, 1 as type_rank, "
        "1 as types, c as segment, 2e0 as target from (values ('a', 1), ('b', 4)) as c (c, r)) "
        "select weight from ({{ rake('t', 3) }}) as raked",
        ["0.5", "2.0"],
    ),
}
# A time of day is a text in Spark, which has no such type.
TIME = "{% set time = '' if target.type == 'spark' else 'time ' %}"


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """What an engine says to each case, in order."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "duckdb":
        yield ask("duckdb", folder, CX_WAREHOUSE_FILE=str(folder / "empty.duckdb"))
    else:
        with running(folder / "cluster") as cluster:
            yield ask("spark", folder, CX_SPARK_PORT=str(cluster.port))


def ask(target: str, folder: Path, **environment: str) -> Told:
    """All cases in one query, as dbt compiles it for a target."""
    selects = [
        f"select '{name}' as name, cast(told as string) as told from ({query}) as asked (told)"
        for name, (query, _) in CASES.items()
    ]
    places = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
    written = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    shown = ["--quiet", "--output", "json", "--limit", "-1"]
    inline = ["--inline", TIME + " union all ".join(selects)]
    done = subprocess.run(
        [DBT, "show", "--target", target, *places, *written, *shown, *inline],
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stdout + done.stderr
    rows = json.loads(done.stdout[done.stdout.index("{") :])["show"]
    return {name: sorted((r["told"] for r in rows if r["name"] == name), key=str) for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_a_macro_gives_what_was_worked_by_hand(name: str, told: Told) -> None:
    assert told[name] == CASES[name][1]


def test_each_macro_has_a_case() -> None:
    files = (DBT_PROJECT_DIR / "macros/dialect").glob("*.sql")
    macros = {name for file in files for name in OF_SPARK.findall(file.read_text())}
    assert macros - {name.split()[0] for name in CASES} == set()
