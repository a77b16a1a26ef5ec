"""Another system that central calls by a signed POST."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Listener:
    """Another system: keeps what it hears and answers as it is told; ``None`` hangs up without a word."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.answers: list[int | None] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((self.headers["X-Hall-Signature"], body))
                answer = outer.answers.pop(0) if outer.answers else 204
                if answer is not None:
                    self.send_response(answer)
                    self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]

    def check_signatures(self, secret: str) -> None:
        for stamp, body in self.heard:
            at, proof = stamp.removeprefix("t=").split(",v1=")
            expected = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
            assert hmac.compare_digest(proof, expected)


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield listener
    finally:
        listener.server.shutdown()
        thread.join()
        listener.server.server_close()
