"""The web server of one process: a listening socket, uvicorn, and an end within seconds when a signal comes."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    """uvicorn raises a caught signal again at its end; our end by a signal is a clean one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError with the system's own words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named by its protocol, or asyncio leaves Nagle on and every answer waits 40 ms for an acknowledgement
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except (socket.gaierror, TypeError):  # TypeError: a name that cannot be written as a host's
        listener.close()
        raise OSError(errno.EADDRNOTAVAIL, "no such host") from None
    except OSError as problem:
        listener.close()
        raise OSError(problem.errno or errno.EINVAL, os.strerror(problem.errno or errno.EINVAL)) from None
    return listener


def serve(
    app: FastAPI, listener: socket.socket, on_stop: Callable[[], object], https: tuple[Path, Path] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; ``on_stop`` is called at once then, so that open streams end by themselves.

    ``https``: files of the key and the certificate; without them plain HTTP, for loopback or behind a proxy.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it prints addresses with their queries
        server_header=False,
        timeout_graceful_shutdown=2,
        lifespan="off",
        ssl_keyfile=str(https[0]) if https else None,
        ssl_certfile=str(https[1]) if https else None,
    )
    server = _Server(config)

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True
        on_stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        listener.close()
