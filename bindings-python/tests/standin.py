"""A server that says exactly what a test tells it to, byte for byte."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

Answer = bytes | Callable[[socket.socket], None]


def answer(body: bytes | str, status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer. An underscore in a header's name stands for a hyphen."""
    body = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def trickle(head: bytes) -> Callable[[socket.socket], None]:
    """An answer that never stops and never gets far."""

    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(1000):
            connection.sendall(b"x")
            time.sleep(0.02)

    return send


TOKEN = answer('{"access_token":"tok-SECRET-1","token_type":"bearer","expires_in":86400}')


class StandIn:
    """Answers log-ins with a token and everything else with what stands in the queue, in order."""

    def __init__(self) -> None:
        self.queue: deque[Answer] = deque()
        self.requests: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def logins(self) -> int:
        return sum(request.startswith(b"POST /oauth/token") for request in self.requests)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as stream:
            while request := received(stream):
                self.requests.append(request)
                if request.startswith(b"POST /oauth/token"):
                    connection.sendall(TOKEN)
                    continue
                told = self.queue.popleft()
                if callable(told):
                    told(connection)
                    return
                connection.sendall(told)

    def close(self) -> None:
        self._listener.close()


def received(stream: Any) -> bytes:
    lines = []
    while (line := stream.readline()) not in (b"\r\n", b""):
        lines.append(line)
    if not line:
        return b""
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    return b"".join(lines) + b"\r\n" + bytes(stream.read(length))


@contextlib.contextmanager
def standin() -> Iterator[StandIn]:
    server = StandIn()
    try:
        yield server
    finally:
        server.close()
