"""PDFs are taken apart in a process of its own, with little memory and time: what a bad one costs is that process.

central  --raw file-->  python -m central.aid_files.apart  --fault or pages, a line break, the clean file-->  central
"""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import Final

from central.failures import WrongField

_SECONDS: Final = 20
_MEMORY: Final = 1024 * 1024 * 1024
_FAULTS: Final = ("FILE_BROKEN", "FILE_PAGES", "FILE_PDF_LOCKED", "FILE_PDF_ALIVE")


def clean_pdf_apart(raw: bytes) -> tuple[bytes, int]:
    """The file written anew and its pages; raises `WrongField`."""
    command = [sys.executable, "-m", "central.aid_files.apart"]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=2 * _SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise WrongField("FILE_BROKEN", "file") from None
    head, _, content = done.stdout.partition(b"\n")
    if done.returncode == 0 and head.isdigit():
        return content, int(head)
    told = head.decode("ascii", "replace")
    raise WrongField(told if told in _FAULTS else "FILE_BROKEN", "file")


def main() -> None:
    """The process: limits on itself first, then the file."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from central.aid_files.clean_pdf import Unfit, rewritten  # the parser only under these limits

    try:
        content, pages = rewritten(sys.stdin.buffer.read())
    except Unfit as problem:
        sys.stdout.buffer.write(problem.code.encode() + b"\n")
        return
    sys.stdout.buffer.write(f"{pages}\n".encode() + content)


if __name__ == "__main__":
    main()
