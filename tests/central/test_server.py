"""Where central listens: whatever address it is given, it listens there or says in words why it does not."""

import socket

import pytest

from central.server import listen


@pytest.mark.parametrize("host", ["a" * 80, "厅" * 80, "no such host"])
def test_a_host_that_is_none_is_told_in_words(host: str) -> None:
    with pytest.raises(OSError, match="no such host"):
        listen(host, 0)


def test_a_taken_port_is_told_in_the_words_of_the_system() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(OSError, match="Address already in use"):
            listen("127.0.0.1", holder.getsockname()[1])
