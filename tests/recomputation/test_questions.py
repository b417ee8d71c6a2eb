"""Every question of docs/questions.md is answered by one short query of the published file."""

import re
from collections.abc import Callable

import pandas as pd  # type: ignore[import-untyped]
import pytest

from orchestration.settings import PROJECT_ROOT

Ask = Callable[[str], pd.DataFrame]
PAGE = (PROJECT_ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^## (.+?)\n.+?```sql\n(.+?)```", PAGE, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_query_answers(published: Ask, question: str) -> None:
    query = QUESTIONS[question]
    assert len(query.strip().splitlines()) <= 10
    found = published(query)
    assert len(found)
    assert not found.isna().all().all()


def test_there_are_twelve_questions() -> None:
    assert len(QUESTIONS) == PAGE.count("\n## ") == 12
