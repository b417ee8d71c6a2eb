"""Mutations, planted and drawn, are mutations of this code: what `make mutations` rests on."""

from itertools import islice
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT
from tests.mutation.changes import around
from tests.mutation.comparing import digests
from tests.mutation.drawing import changes_of, drawn
from tests.mutation.table import MUTATIONS, Mutation
from tests.mutation.verdicts import Verdict, summary

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.promise)
def test_a_mutation_finds_the_one_text_that_it_changes(mutation: Mutation) -> None:
    code = (PROJECT_ROOT / mutation.file).read_text(encoding="utf-8")
    assert code.count(mutation.text) == 1


SQL = {
    "a < b": {"a <= b", "a > b"},
    "a - {{ b }}": {"a + {{ b }}"},
    "select * from x": set(),
    "select sum(x) as x": {"select max(x) as x"},
    "{{ score('sum(a) / b') }}": {"{{ score('max(a) / b') }}", "{{ score('sum(a) * b') }}"},
    "{{ config(tags='sum') }} -- sum(a) < 1": set(),
    "from a left join b": {"from a inner join b"},
    "coalesce(a, '')": {"a", "coalesce('', a)"},
    "order by a desc": {"order by a"},
    "x between a and b": set(),
    "cast(x as decimal(18, 2))": set(),
    "interval 90 day": {"interval 91 day", "interval 89 day"},
    "mrr_start as it, mrr_end": {"mrr_end as it, mrr_end", "mrr_start as it, mrr_start"},
    "count(*) filter (where band = 'a')": {
        "count(*)",
        "count(*) filter (where band <> 'a')",
    },
    "on a.id = b.id\n    and a.day = b.day\n": {"on a.id = b.id\n"},
    "where a\n    and b\n)": {"where a\n    or b\n)", "where a\n)", "where b\n)"},
}


@pytest.mark.parametrize("text", SQL)
def test_sql_changes_in_every_way_that_it_should(text: str) -> None:
    assert {change.applied(text) for change in changes_of(Path("a.sql"), text)} == SQL[text]


PYTHON = {
    "x = a < b": {"x = a <= b"},
    "x = a and b": {"x = a or b"},
    "x = not a": {"x = a"},
    "x = 1": {"x = 2", "x = 0"},
    "load(a)": {"pass"},
    'x = "a < b"': set(),
    '"""Select where a < b."""': set(),
    'x = f"select a from b where {c} < d"': {
        'x = f"select a from b where {c} <= d"',
        'x = f"select a from b where {c} > d"',
    },
}


@pytest.mark.parametrize("text", PYTHON)
def test_python_changes_in_every_way_that_it_should(text: str) -> None:
    assert {change.applied(text) for change in changes_of(Path("a.py"), text)} == PYTHON[text]


def test_a_seed_always_draws_the_same_mutants_and_another_draws_others() -> None:
    first, again, other = (list(islice(drawn(PROJECT_ROOT, seed), 60)) for seed in (1, 1, 2))
    assert first == again
    assert len(set(first) & set(other)) < 6


def test_what_is_drawn_is_spread_and_leaves_jinja_whole() -> None:
    mutants = list(islice(drawn(PROJECT_ROOT, 3), 200))
    assert {mutant.file.split("/")[0] for mutant in mutants} == {
        "dbt_project",
        "orchestration",
        "expectations",
    }
    assert len({mutant.change.operator for mutant in mutants}) > 12
    for mutant in mutants:
        before, after = around(mutant.text, mutant.change)
        assert before != after or mutant.text != mutant.mutated
        if mutant.is_sql:
            jinja = [mark for mark in ("{{", "}}", "{%", "%}") if mark in mutant.text]
            lines = mutant.mutated
            assert all(lines.count(m) <= mutant.text.count(m) for m in jinja)
            assert lines.count("{{") == lines.count("}}")
            assert lines.count("{%") == lines.count("%}")


def test_tables_differ_by_content_and_not_by_the_run(tmp_path: Path) -> None:
    def built(name: str, value: float, loaded_at: str) -> Path:
        file = tmp_path / f"{name}.duckdb"
        with duckdb.connect(file) as connection:
            connection.execute("create schema marts")
            connection.execute(
                "create table marts.scores as select $value as nps, $loaded_at as _loaded_at",
                {"value": value, "loaded_at": loaded_at},
            )
        return file

    base = digests(built("base", 0.3, "today"), {"marts"})
    assert base == digests(built("later", 0.1 + 0.2, "tomorrow"), {"marts"})
    assert base != digests(built("other", 0.31, "today"), {"marts"})


def test_the_share_is_of_those_that_change_a_number() -> None:
    (mutant,) = islice(drawn(PROJECT_ROOT, 1), 1)
    verdicts = [
        Verdict(mutant, caught_by, changed, 1)
        for caught_by, changed in (
            ("gate: nps", ("marts.nps_by_segment",)),
            ("", ("marts.nps_by_segment",)),
            ("unit test: a", ()),
            ("", ()),
            ("does not run: a", ()),
        )
    ]
    assert "1 of 2 that change a published number are caught" in summary(verdicts)
    assert str(mutant) in summary(verdicts)
