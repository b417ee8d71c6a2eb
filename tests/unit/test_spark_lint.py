"""What `make lint` says of SQL that Spark does not understand, or understands otherwise."""

import pytest

from tests.spark_lint import complaints, findings


@pytest.mark.parametrize(
    "sql",
    [
        "select a // b from t",
        "select distinct on (a) a, b from t",
        "select * exclude (a) from t",
        "select a from t union all by name select a from u",
        "select t.a from t asof join u on t.a >= u.a",
        "select last_value(a ignore nulls) over (order by b) from t",
        "select string_agg(a, ',' order by a) from t",
        "select date_diff('microsecond', a, b) from t",
        "select unnest(a) from t",
        "select a[1] from t",
        "select [a, b] from t",
        "select cast(a as text) from t",
        "select a::varchar from t",
        "select cast(a as hugeint) from t",
        'select "a" from t',
        "select arg_max(a, b) from t",
        "select struct_pack(a := 1)",
        "select sum(a) over w - b from t window w as (order by c)",
        "select least(a) from t",
        "select * replace (b as a) from t",
        "pivot t on a",
        "select a from t using sample 5",
        "select extract(dow from a) from t",
        "select extract(isodow from a) from t",
        "select date_trunc('month', a) as b from t",
        "select sum(a) over (order by b range between interval '1' microsecond following"
        " and interval '7' day following) from t",
    ],
)
def test_what_spark_does_not_share_is_told(sql: str) -> None:
    assert findings(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select a, count(*) filter (where b > 0) as n from t group by all",
        "select a from t qualify row_number() over (partition by a order by b desc nulls last) = 1",
        "select max_by(a, b), cast(c as string), 'a \"word\"' from t semi join u using (e)",
        "select (sum(a) over w) - b, sum(a) over (order by b range between interval '7' day"
        " preceding and interval '1' day preceding) from t window w as (order by c)",
        "select cast(date_trunc('month', a) as date) as b, extract(quarter from a) from t",
        "with x as (select dialect_each_of(a, b) as c from t) select string_agg(c, ',') from x",
    ],
)
def test_what_both_engines_share_passes(sql: str) -> None:
    assert findings(sql) == []


def test_known_exceptions_pass_only_while_there_is_something_to_find() -> None:
    queries = {"lists": "select [1]", "texts": "select cast(a as text) from t"}
    assert complaints(queries, known=("lists", "texts")) == []
    (told,) = complaints(queries, known=("lists",))
    assert told.startswith("texts: ")
    mended = queries | {"texts": "select cast(a as string) from t"}
    (told,) = complaints(mended, known=("lists", "texts"))
    assert told.startswith("texts: nothing is found")
    (gone,) = complaints({}, known=("texts",))
    assert gone.startswith("texts: nothing is found")
