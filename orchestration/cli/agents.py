"""`cx mcp`: what is published, for agents."""

import socket
from typing import Annotated

import typer

from orchestration.cli.terminal import console, stop
from orchestration.settings import Settings

app = typer.Typer()


@app.command()
def mcp(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Listen at http://127.0.0.1:PORT/mcp.")
    ] = None,
) -> None:
    """Answer agents (MCP) from what is published, on standard input and output; reads only."""
    if port:
        _require_free(port)
    from orchestration.agents.server import serve

    serve(Settings(), port)


def _require_free(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            stop(console(), f"Nobody can listen on port {port}, {error.strerror}: give another.")
