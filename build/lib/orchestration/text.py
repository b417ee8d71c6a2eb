"""Text that files and customers may have written, as it can be shown."""

import unicodedata


def printable(text: str) -> str:
    """Text as people see it: a sign in place of what steers a terminal or is no XML.

    XML 1.0 forbids control characters, halves of surrogate pairs, U+FFFE and U+FFFF even escaped.
    """
    return "".join(
        letter if letter.isprintable() or _is_space(letter) else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def _is_space(letter: str) -> bool:
    """Spaces of any width, such as the one that does not break; lines and tabs are none."""
    return unicodedata.category(letter) == "Zs"


def without_formula(text: str) -> str:
    """Text that a spreadsheet takes for text: an apostrophe before what it would compute."""
    is_formula = text.lstrip()[:1] in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r", "\n"}
    return f"'{text}" if is_formula else text
