"""`cx mcp`: what is published, for agents."""

import typer

from orchestration.settings import Settings

app = typer.Typer()


@app.command()
def mcp() -> None:
    """Answer agents on standard input and output (MCP), from what is published; reads only."""
    from orchestration.agents.server import serve

    serve(Settings())
