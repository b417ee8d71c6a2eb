"""Vectors and detected languages of texts, kept by hash, so that each text is looked at once."""

from collections.abc import Callable, Sequence

import duckdb
import numpy as np

from orchestration.building.fits.texts.extra import Vectors, tools

# 14 s of work on one core: a run that is killed loses no more, and its log says how far it is.
BATCH = 256
# The model reads windows of 512 tokens, and what a text is about stands in its beginning.
_CHARACTERS = 2000

Text = tuple[str, str]


def forget(connection: duckdb.DuckDBPyConnection, made_by: str | None) -> None:
    """Forget what is no longer in `wanted`, and what other versions of the packages made."""
    connection.execute(
        "create table if not exists fits.text_vectors"
        " (text_hash text, made_by text, language text, vector float[])"
    )
    connection.execute(
        """
        delete from fits.text_vectors
        where made_by <> coalesce($1, made_by) or text_hash not in (select text_hash from wanted)
        """,
        [made_by],
    )


def look_at_new(
    connection: duckdb.DuckDBPyConnection, made_by: str, threads: int, say: Callable[[str], None]
) -> int:
    """Look at what is in `wanted` and not kept, and keep it; give how many these are."""
    new = connection.execute(
        f"""
        select text_hash, left(body, {_CHARACTERS})
        from wanted anti join fits.text_vectors using (text_hash) order by text_hash
        """
    ).fetchall()
    if not new:
        return 0
    embed, detect = tools(threads)
    for begin in range(0, len(new), BATCH):
        hashes, bodies = zip(*new[begin : begin + BATCH], strict=True)
        languages = [detect(body) for body in bodies]
        _keep(connection, made_by, hashes, languages, embed(bodies))
        say(f"{begin + len(hashes):,} of {len(new):,} new texts embedded")
    return len(new)


def _keep(
    connection: duckdb.DuckDBPyConnection,
    made_by: str,
    hashes: Sequence[str],
    languages: Sequence[str | None],
    vectors: Vectors,
) -> None:
    connection.execute(
        """
        insert into fits.text_vectors
        select unnest($1::text[]), $2, unnest($3::text[]), unnest($4::float[][])
        """,
        [list(hashes), made_by, list(languages), vectors.tolist()],
    )


def read_vectors(connection: duckdb.DuckDBPyConnection, hashes: Sequence[str]) -> Vectors:
    """Vectors of texts that are kept, shape (texts, size)."""
    found = connection.execute(
        """
        select vector
        from (select unnest($1::text[]) as text_hash, unnest(range(len($1))) as place)
        join fits.text_vectors using (text_hash) order by place
        """,
        [list(hashes)],
    )
    return np.stack(found.fetchnumpy()["vector"].tolist())
