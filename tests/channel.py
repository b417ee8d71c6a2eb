"""A webhook of a chat channel, on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Channel:
    """A webhook on this machine: what it got, and what it answers."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.status = 200
        channel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if channel.status == 200:
                    channel.texts.append(json.loads(body)["text"])
                self.send_response(channel.status)
                self.send_header("Location", channel.url)  # where a redirect leads
                self.end_headers()

            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Channel"]:
        """Listen until the end of a test."""
        channel = cls()
        try:
            yield channel
        finally:
            channel.close()

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/secret-path"

    def told(self) -> set[str]:
        """Sentences that came since it was asked last."""
        lines = [line for text in self.texts for line in text.splitlines()]
        self.texts.clear()
        return {line.removeprefix("• ") for line in lines if line.startswith("• ")}
