"""Changes of SQL, of its Jinja too: of text, not of a tree, since no parser reads both."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.mutation.changes import Change, numbers_beside

# Pattern, and what it becomes, by operator. Patterns see neither comments nor literals nor Jinja.
_RULES: tuple[tuple[str, str, str], ...] = (
    ("boundary", r"(?<= )<(?= )", "<="),
    ("boundary", r"(?<= )<=(?= )", "<"),
    ("boundary", r"(?<= )>(?= )", ">="),
    ("boundary", r"(?<= )>=(?= )", ">"),
    ("comparison", r"(?<= )<=?(?= )", ">"),
    ("comparison", r"(?<= )>=?(?= )", "<"),
    ("arithmetic", r"(?<= )\+(?= )", "-"),
    ("arithmetic", r"(?<= )-(?= )", "+"),
    ("arithmetic", r"(?<!select )(?<!distinct )(?<= )\*(?= )", "/"),
    ("arithmetic", r"(?<= )/(?= )", "*"),
    ("aggregate", r"\bsum(?=\()", "max"),
    ("aggregate", r"\bmax(?=\()", "min"),
    ("aggregate", r"\bmin(?=\()", "max"),
    ("aggregate", r"\bavg(?=\()", "max"),
    ("aggregate", r"\bmedian(?=\()", "min"),
    ("aggregate", r"\bcount(?=\(distinct )", "count_if"),
    ("aggregate", r"\bmax_by(?=\()", "min_by"),
    ("aggregate", r"\bmin_by(?=\()", "max_by"),
    ("aggregate", r"\bbool_or(?=\()", "bool_and"),
    ("aggregate", r"\bbool_and(?=\()", "bool_or"),
    ("aggregate", r"\bleast(?=\()", "greatest"),
    ("aggregate", r"\bgreatest(?=\()", "least"),
    ("window", r"\blead(?=\()", "lag"),
    ("window", r"\blag(?=\()", "lead"),
    ("window", r"\brow_number(?=\()", "rank"),
    ("order", r"(?<=\S) desc\b", ""),
    ("order", r"(?<=order by )([\w.]+)(?=[\s,)])(?! desc)", r"\1 desc"),
    ("distinct", r"\bdistinct (?!from)", ""),
    ("join", r"\bleft join\b", "inner join"),
    ("join", r"\binner join\b", "left join"),
    ("join", r"\bfull outer join\b", "left join"),
    ("union", r"\bunion all\b", "union"),
    ("null", r"\bis not null\b", "is null"),
    ("null", r"\bis null\b", "is not null"),
    ("negation", r"\bnot (?!null|distinct|materialized)", ""),
    ("truth", r"\btrue\b", "false"),
    ("truth", r"\bfalse\b", "true"),
    ("logic", r"(?<=\s)or(?=\s)", "and"),
    ("predicate", r" filter \(where [^()\n]*(\([^()\n]*\)[^()\n]*)*\)", ""),
    ("predicate", r"\n *where (?!§*\n)[^\n]+(?=\n(?! *(?:and|or) ))", ""),
    ("predicate", r"(?<=where )[^\n]+\n +and ", ""),
    ("predicate", r"\n *qualify [^\n]+(?=\n\))", ""),
    ("case", r"\n *when [^\n]+ then [^\n]+(?=\n)", ""),
)
# Those that make sense within the strings of Jinja, which may hold any text.
_IN_JINJA = {"arithmetic", "aggregate", "boundary"}
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
_LITERAL = re.compile(r"'[^'\n§]*'")
_CLAUSE = re.compile(r"\b(select|from|on|where|having|qualify|when|filter)\b")
_NUMBER = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?![\w.])")
_NAME = re.compile(r"(?<![\w§])(?<!\bas )[a-z]+(?:_[a-z]+)+(?![\w(§])")


def sql_changes(text: str) -> list[Change]:
    """All changes of a text of SQL and Jinja; some give a text that does not run."""
    uncommented = _blanked(text, _COMMENT)
    with_literals = _blanked(uncommented, _JINJA)
    code = _blanked(with_literals, _LITERAL)
    return [
        *_by_rules(code),
        *(c for c in _by_rules(_strings_of_jinja(uncommented)) if c.operator in _IN_JINJA),
        *_of_conditions(code),
        *_of_numbers(code),
        *_of_coalesce(code, text),
        *_of_siblings("column", _NAME.finditer(code), _is_sibling),
        *_of_siblings("literal", _LITERAL.finditer(with_literals), str.__ne__),
    ]


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with all that matches out of sight, and all else where it was."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", "§", match[0]), text)


def _strings_of_jinja(text: str) -> str:
    """What stands between quotes within Jinja, where it was, and nothing else."""
    kept = ["\n" if char == "\n" else "§" for char in text]
    for jinja in _JINJA.finditer(text):
        for literal in _LITERAL.finditer(text, *jinja.span()):
            begin, end = literal.start() + 1, literal.end() - 1
            kept[begin:end] = text[begin:end]
    return "".join(kept)


def _by_rules(code: str) -> Iterator[Change]:
    for operator, pattern, instead in _RULES:
        for match in re.finditer(pattern, code):
            yield Change(operator, *match.span(), match.expand(instead))


def _of_conditions(code: str) -> Iterator[Change]:
    """Conjuncts turned or dropped; not turned where rows meet: that asks for all pairs of them."""
    for match in re.finditer(r"(?<= )=(?= )", code):
        if _clause(code, match.start()) != "on":
            yield Change("comparison", *match.span(), "<>")
    for match in re.finditer(r"(?<=\s)and(?=\s)", code):
        if _clause(code, match.start()) != "on" and not _is_range(code, match.start()):
            yield Change("logic", *match.span(), "or")
    for match in re.finditer(r"\n *and ([^\n]+)(?=\n)", code):
        if match[1].count("(") == match[1].count(")") and not _is_range(code, match.start()):
            yield Change("predicate", *match.span(), "")


def _clause(code: str, position: int) -> str:
    """The word that opens the clause in which a position lies."""
    opened = [match[1] for match in _CLAUSE.finditer(code, 0, position)]
    return opened[-1] if opened else ""


def _is_range(code: str, position: int) -> bool:
    """Whether an `and` belongs to a `between` before it."""
    return (
        re.search(r"\bbetween\b(?!.*\band\b)", code[max(0, position - 80) : position]) is not None
    )


def _of_numbers(code: str) -> Iterator[Change]:
    for match in _NUMBER.finditer(code):
        if not re.search(r"decimal\([\d, ]*$", code[: match.start()]):
            for number in numbers_beside(match[0]):
                yield Change("number", *match.span(), number)


def _of_coalesce(code: str, text: str) -> Iterator[Change]:
    """The first value alone, and the first two in turn."""
    for match in re.finditer(r"\bcoalesce\(", code):
        cuts = list(_arguments(code, match.end()))
        if len(cuts) < 3:
            continue
        first, second, *_ = (text[a + 1 : b].strip() for a, b in pairwise(cuts))
        yield Change("coalesce", match.start(), cuts[-1] + 1, first)
        yield Change("coalesce", cuts[0] + 1, cuts[2], f"{second}, {first}")


def _arguments(code: str, begin: int) -> Iterator[int]:
    """Where the arguments of a call are cut: its bracket, its commas, its bracket."""
    yield begin - 1
    depth = 1
    for position in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[position], 0)
        if depth == 0 or (depth == 1 and code[position] == ","):
            yield position
        if depth == 0:
            return


def _of_siblings(
    operator: str, found: Iterator[re.Match[str]], are_siblings: Callable[[str, str], bool]
) -> Iterator[Change]:
    """Each place, with what else of its kind the text holds."""
    matches = list(found)
    texts = sorted({match[0] for match in matches})
    for match in matches:
        for other in texts:
            if are_siblings(match[0], other):
                yield Change(operator, *match.span(), other)


def _is_sibling(name: str, other: str) -> bool:
    """Names that differ in one of their words, as `mrr_start` and `mrr_end` do."""
    words, others = name.split("_"), other.split("_")
    return len(words) == len(others) and sum(map(str.__ne__, words, others)) == 1
