"""Files as the API tells of them and hands them out: never as something that a browser would show as a page."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy import Connection, RowMapping
from starlette.requests import ClientDisconnect

from central.aid_files.kept import OpenFile, title_of
from central.aid_files.rules import MOST_BYTES
from central.failures import Malformed, TooLarge
from central.keeping.sealed_columns import Vault
from hall_config.wording import rfc3339

_HEARD_OUT_BYTES: Final = 64 * 1024 * 1024
_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
# Whoever brings a browser to one of these by some way has a file to save, in no origin, that may do nothing.
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "the file: JPEG, PNG or PDF, told by its bytes; at most 8 MiB and 30 pages",
        "content": {"application/octet-stream": _FILE},
    }
}
GIVEN: Final[dict[int | str, dict[str, Any]]] = {200: {"content": dict.fromkeys(_ENDINGS, _FILE)}}


def told(connection: Connection, vault: Vault, row: RowMapping) -> dict[str, Any]:
    """What a list says of a file."""
    return {
        "id": row["id"],
        "kind": row["kind"],
        "title": title_of(connection, vault, row),
        "type": row["type"],
        "size": row["size"],
        "pages": row["pages"],
        "source": row["source"],
        "at": rfc3339(row["made_ms"]),
    }


def handed_out(content: bytes, type: str, name: str) -> Response:
    """An attachment of exactly this type; ``name`` is of our own making, never a person's words."""
    place = f'attachment; filename="{name}.{_ENDINGS[type]}"'
    return Response(content, media_type=type, headers={**HEADERS, "Content-Disposition": place})


def file_handed_out(file: OpenFile) -> Response:
    return handed_out(file.content, file.type, f"file-{file.id}")


async def file_of(request: Request) -> bytes:
    """The body as it comes; a larger one is heard out, so that whoever sends it hears why."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= MOST_BYTES:
                chunks.append(chunk)
            elif size > _HEARD_OUT_BYTES:
                break
    except ClientDisconnect:
        raise Malformed("MALFORMED") from None
    if size > MOST_BYTES:
        raise TooLarge("FILE_TOO_LARGE", "file")
    return b"".join(chunks)
