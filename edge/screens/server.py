"""The web server in a thread of its own: listening before `start` returns, gone within two seconds of `stop`."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI


class PageServer:
    """Serves one app. A taken port raises OSError from the constructor; port 0 takes a free one."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._app = app
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # named by its protocol, or asyncio leaves Nagle on and every answer waits 40 ms for an acknowledgement
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self._socket.listen(256)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="pages", daemon=True)

    def start(self) -> None:
        """Requests are taken from now on; those that come a moment too early wait in the socket."""
        self._thread.start()

    def stop(self) -> None:
        """End the streams, finish what is under way, close the port."""
        self._app.state.close_streams()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])
