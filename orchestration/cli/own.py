"""The commands of `cx` for who adds to the warehouse in a folder of their own (CX_OWN)."""

from typing import Annotated, Literal

import typer

from orchestration.cli.rows import printed
from orchestration.cli.terminal import FAILED, console, one_sentence, require_warehouse, stop
from orchestration.overlay.new import write_new
from orchestration.settings import Settings
from orchestration.text import printable
from orchestration.warehouse import connect

app = typer.Typer()


@app.command()
def new(
    kind: Annotated[Literal["metric", "model", "segment", "source"], typer.Argument()],
    name: Annotated[str, typer.Argument(help="Of a source with its table, as shops/visits.")],
) -> None:
    """Begin a model, metric, segment type or source in CX_OWN, working and with its tests."""
    settings, screen = Settings(), console()
    if not settings.own:
        stop(screen, "Set CX_OWN to a folder of your own: what is new is written there.")
    with one_sentence(settings, screen):
        files = write_new(settings.own, kind, name)
    for file in files:
        screen.print(printable(str(file)))
    for model in (file.stem for file in files if file.suffix == ".sql"):
        screen.print(f"`cx preview {model}` builds it, asks its tests and shows its rows.")
    screen.print("The next `cx run` has it published.")


@app.command()
def preview(
    model: str,
    rows: Annotated[int, typer.Option(min=1, help="How many rows.")] = 10,
) -> None:
    """Build a model, with what is stale above it, ask its tests, and show rows of it.

    It is built in a copy of the private warehouse, as the next run would in that.
    """
    settings, screen = Settings(), console()
    require_warehouse(settings, screen)
    with one_sentence(settings, screen):
        from orchestration.running.preview import build_for_preview, copied_aside

        aside = copied_aside(settings)
        seen = build_for_preview(aside, model)
    for failure in seen.failures:
        lines = map(printable, f"Failed: {failure}".splitlines())
        screen.print("\n".join(lines), style="red")
    screen.print(f"Built anew: {seen.models:,} models. Tests that passed: {seen.passed:,}.")
    if seen.relation:
        with connect(aside, read_only=True) as connection:
            screen.print(printed(connection, seen.relation, rows))
    if seen.failures:
        raise typer.Exit(FAILED)
