"""Changes of Python, and of the SQL in its strings."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.mutation.changes import Change, numbers_beside
from tests.mutation.sql_changes import sql_changes

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_TURNED = {"any": "all", "all": "any", "min": "max", "max": "min"}
_SQL = re.compile(r"\b(select|insert into|delete from|where|update)\b")
_BRACES = re.compile(r"\{[^{}\n]*\}")


def python_changes(text: str) -> list[Change]:
    """All changes of a module."""
    place = _Places(text)
    tree = ast.parse(text)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        change
        for node in ast.walk(tree)
        if not (isinstance(node, ast.Constant) and id(node) in said)
        for change in _of_node(node, place)
    ]


class _Places:
    """Positions in a text of what a tree of it says by line and column."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def _of(self, line: int, column: int) -> int:
        """Columns are counted in bytes."""
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self._of(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self._of(node.end_lineno or 0, node.end_col_offset or 0)

    def instead_of(
        self, operator: str, node: ast.expr | ast.stmt, instead: str
    ) -> Iterator[Change]:
        yield Change(operator, self.start(node), self.end(node), instead)

    def between(
        self, operator: str, left: ast.expr, right: ast.expr, turn: Callable[[str], str]
    ) -> Iterator[Change]:
        begin, end = self.end(left), self.start(right)
        yield Change(operator, begin, end, turn(self.text[begin:end]))


def _of_node(node: ast.AST, place: _Places) -> Iterator[Change]:
    match node:
        case ast.Compare(left, [operator], [right]):
            yield from place.between(
                "comparison", left, right, lambda _: f" {_COMPARISONS[type(operator)]} "
            )
        case ast.BoolOp(ast.And(), [left, right, *_]):
            yield from place.between("logic", left, right, lambda text: text.replace("and", "or"))
        case ast.BoolOp(ast.Or(), [left, right, *_]):
            yield from place.between("logic", left, right, lambda text: text.replace("or", "and"))
        case ast.BinOp(left, ast.Add(), right):
            yield from place.between("arithmetic", left, right, lambda text: text.replace("+", "-"))
        case ast.BinOp(left, ast.Sub(), right):
            yield from place.between("arithmetic", left, right, lambda text: text.replace("-", "+"))
        case ast.UnaryOp(ast.Not(), operand):
            yield Change("negation", place.start(node), place.start(operand), "")
        case ast.Constant(bool(value)):
            yield from place.instead_of("truth", node, str(not value))
        case ast.Constant(int(value)):
            for number in numbers_beside(str(value)):
                yield from place.instead_of("number", node, number)
        case ast.Name(name) if name in _TURNED:
            yield from place.instead_of("aggregate", node, _TURNED[name])
        case ast.Expr(ast.Call()) | ast.Raise() | ast.AugAssign() | ast.Continue() | ast.Break():
            yield from place.instead_of("statement", node, "pass")
        case ast.If(test):
            yield from place.instead_of("branch", test, "False")
        case ast.JoinedStr() | ast.Constant(str()):
            yield from _of_sql(node, place)


def _of_sql(node: ast.expr, place: _Places) -> Iterator[Change]:
    """Changes of a string that is SQL; what is between braces is Python."""
    begin, end = place.start(node), place.end(node)
    text = _BRACES.sub(lambda match: "§" * len(match[0]), place.text[begin:end])
    if _SQL.search(text):
        changes = (change for change in sql_changes(text) if "§" not in change.instead)
        yield from (change.shifted(begin) for change in changes)
