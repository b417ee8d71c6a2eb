"""Names and texts in SQL, quoted: the one way in which they get there."""


def identifier(*parts: str) -> str:
    """A quoted SQL name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A quoted SQL text."""
    return "'" + text.replace("'", "''") + "'"
