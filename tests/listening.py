"""Ports of this machine for servers that tests start."""

import socket
import time


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int, seconds: float = 60) -> None:
    """Wait until somebody listens on a port of 127.0.0.1.

    Raises:
        ConnectionRefusedError: nobody does by then.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
