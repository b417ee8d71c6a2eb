"""Parses each compiled model and test as Spark SQL, so that they stay in what both engines share.

Where a macro stands that differs between engines, one of macros/dialect or one of dbt's own for
dates, the SQL has a call of `dialect_<macro>`. Run by `make lint`, and with models of a company's
own folder by `make spark-lint`.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from unittest.mock import patch

import sqlglot
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.contracts.graph.manifest import Manifest
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token

from orchestration.building.dbt import DbtError, run_dbt
from orchestration.overlay.errors import OwnFolderError
from orchestration.overlay.project import lay_over
from orchestration.settings import DBT_PROJECT_DIR, Settings

# What needs a dialect macro and has none: a name may leave this list, none may join it.
KNOWN: tuple[str, ...] = ()

# What may stand before a parenthesis: functions with the same answer on both engines, words of SQL.
_SHARED = re.compile(
    r"""
    abs|any_value|avg|bool_and|bool_or|cast|coalesce|concat|concat_ws|count|date_trunc|decimal|dense_rank|exp|
    extract|first_value|floor|greatest|lag|last_value|lead|least|length|ln|lower|max|max_by|md5|min|
    min_by|mod|nullif|power|rank|replace|round|row_number|sign|split_part|sqrt|string_agg|substr|sum|trim|
    try_cast|upper|
    all|and|as|by|else|filter|from|in|join|not|on|or|over|select|then|using|when|where|
    dialect_\w+
    """,
    re.VERBOSE,
)
_TYPES = {"text": "string", "varchar": "string", "hugeint": "decimal(38, 0)"}
_WEEKDAYS = {"dow", "dayofweek", "isodow", "weekday", "dayofweek_iso"}
_WINDOW_MINUS = re.compile(r"\bover \w+\s*-\s*[a-z]\w*\b(?!\()")
_RELATION = re.compile(r'"memory"\."(\w+)"\."(\w+)"')
_OF_DBT = {f"macro.dbt.{name}" for name in ("dateadd", "datediff", "last_day")}
_HEAD = re.compile(r"({% macro (\w+)\((.*?)\) -?%})")
_TOLD = "{{ it if it is string or it is number else it | join(', ') }}"
_END = "{% endmacro %}"


def compiled() -> dict[str, str]:
    """The SQL of each model and test by its name, with calls where a dialect macro stands."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--quiet", "--profiles-dir", str(DBT_PROJECT_DIR)]
        manifest: Manifest = run_dbt(["parse", *options])
        for name, macro in manifest.macros.items():
            if macro.original_file_path.startswith("macros/dialect/") or name in _OF_DBT:
                macro.macro_sql = _call(macro.macro_sql)
        # Quoting is the adapter's: that of Spark knows names by it.
        with patch.object(DuckDBAdapter, "quote", "`{}`".format):
            done = run_dbt(["compile", *options, "--target-path", folder], manifest)
    nodes = [result.node for result in done.results]
    return {
        node.name: _unquoted(node.compiled_code)
        for node in nodes
        if node.resource_type in ("model", "test")
    }


def _call(macro: str) -> str:
    """A macro of the same name and parameters that writes a call with them."""
    found = _HEAD.search(macro)
    assert found, macro
    head, name, parameters = found.groups()
    told = ", ".join(_TOLD.replace("it", parameter) for parameter in re.findall(r"\w+", parameters))
    return f"{head}dialect_{name}({told}){_END}"


def _unquoted(compiled: str) -> str:
    """Names of relations as they are, since a word in quotation marks is a text in Spark."""
    return _RELATION.sub(r"\1.\2", compiled)


def findings(sql: str) -> list[str]:
    """What of a query Spark does not understand, or understands otherwise."""
    try:
        tree = sqlglot.parse_one(sql, read="spark")
        tokens = sqlglot.tokenize(sql, read="spark")
    except SqlglotError as error:
        return [f"no Spark SQL: {str(error).splitlines()[0]}"]
    return sorted({*_by_words(sql, tokens), *_by_meaning(tree)})


def _by_words(sql: str, tokens: list[Token]) -> Iterator[str]:
    if _WINDOW_MINUS.search(sql):
        yield "over name -: Spark reads one name; put what stands before the sign in parentheses"
    for token, following in pairwise(tokens):
        word = token.text.lower()
        if word in _TYPES:
            yield f"{word}: write {_TYPES[word]}"
        if sql[token.start] == '"':
            yield f'"{token.text}": a text in Spark, not a name'
        if word == "[":
            yield "[: lists are written and counted otherwise"
        if following.text == "(" and word.isidentifier() and not _SHARED.fullmatch(word):
            yield f"{word}(): not known to give the same on both"
        if following.text == ")" and word == "nulls":
            yield "nulls): ignore nulls stands behind the parenthesis"


def _by_meaning(tree: exp.Expr) -> Iterator[str]:
    for node in tree.walk():
        match node:
            case exp.Distinct() if node.args.get("on"):
                yield "distinct on: not in Spark"
            case exp.Star() if node.args.get("except_"):
                yield "exclude: not in Spark"
            case exp.Star() if node.args.get("replace"):
                yield "replace: not in Spark"
            case exp.Pivot() | exp.TableSample():
                yield "pivot and sample: written otherwise in Spark"
            case exp.Extract() if node.name.lower() in _WEEKDAYS:
                yield f"extract({node.name.lower()} …): counted otherwise; write iso_weekday"
            case exp.TimestampTrunc() if not node.find_ancestor(exp.Cast):
                yield "date_trunc(): an instant in Spark, also of a day; cast it"
            case exp.SetOperation() if node.args.get("by_name"):
                yield "by name: not in Spark"
            case exp.Join() if node.method == "ASOF":
                yield "asof join: not in Spark"
            case exp.GroupConcat(this=exp.Order()):
                yield "string_agg(… order by): not in Spark"
            case exp.Least() | exp.Greatest() if not node.expressions:
                yield "least() and greatest() of one: Spark asks for two"
            case exp.WindowSpec() if len(set(_units(node))) > 1:
                yield "range between intervals of two units: one type in Spark"


def _units(frame: exp.Expr) -> Iterator[str]:
    """Units of the bounds of a window; of seconds are parts of them, too."""
    for bound in (frame.args.get(side) for side in ("start", "end")):
        if isinstance(bound, exp.Interval):
            yield bound.text("unit").upper().replace("MICRO", "").replace("MILLI", "")


def complaints(queries: Mapping[str, str], known: Sequence[str] = KNOWN) -> list[str]:
    """What is to be mended, also of the list of known exceptions."""
    found = {name: findings(sql) for name, sql in queries.items()}
    return [
        *(f"{name}: {it}" for name, told in found.items() if name not in known for it in told),
        *(f"{name}: nothing is found, take it off KNOWN" for name in known if not found.get(name)),
    ]


if __name__ == "__main__":
    try:
        lay_over(Settings())
        told = "\n".join(complaints(compiled()))
    except (DbtError, OwnFolderError) as error:
        told = str(error)
    sys.exit(told or None)
