"""Names and texts in SQL, quoted: the one way in which they get there."""

from collections.abc import Iterable


def identifier(*parts: str) -> str:
    """A quoted SQL name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A quoted SQL text."""
    return "'" + text.replace("'", "''") + "'"


def cast_columns(types: Iterable[tuple[str, str]]) -> str:
    """Columns, each cast to a type."""
    return ", ".join(
        f"cast({identifier(name)} as {kind}) as {identifier(name)}" for name, kind in types
    )
