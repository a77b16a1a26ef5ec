"""The signature on an application (form F02): drawn anew when it comes in, and there before aid is granted."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from io import BytesIO
from typing import Final

from PIL import Image

from central.aid.rules import Standing
from central.aid_files.clean import clean
from central.aid_files.rules import FileKind
from central.failures import RefusedByRule, WrongField
from hall_config.aid_application import SIGNATURE_BYTES, Application
from hall_config.aid_checks import is_signed

_SMALLER: Final = 0.7


def drawn_anew(application: Application, *, strict: bool = True) -> Application:
    """With the points of its signature and nothing else that was in the file; raises `WrongField` for no drawing.

    Not ``strict``: from a hall it is a case whatever came with it; what is no drawing counts for nothing then.
    """
    if not application.signature:
        return application
    try:
        drawn = _drawn(application)
    except WrongField:
        if strict:
            raise WrongField("AID_SIGNATURE_UNREADABLE", "application.signature") from None
        drawn = b""
    return application.model_copy(update={"signature": base64.b64encode(drawn).decode("ascii")})


def _drawn(application: Application) -> bytes:
    if not is_signed(application):
        raise WrongField("FILE_BROKEN", "file")
    return _small(clean(base64.b64decode(application.signature), FileKind.SIGNATURE).content)


def _small(drawn: bytes) -> bytes:
    """Grey may need more room than the few colours that it came in: smaller until it fits."""
    while len(drawn) > SIGNATURE_BYTES:
        with Image.open(BytesIO(drawn), formats=("PNG",)) as picture:
            size = (max(1, int(picture.width * _SMALLER)), max(1, int(picture.height * _SMALLER)))
            kept = BytesIO()
            picture.resize(size, Image.Resampling.LANCZOS).save(kept, "PNG", optimize=True)
            drawn = kept.getvalue()
    return drawn


def require_signed(standing: Standing) -> None:
    """The application form (F02) is signed, on the pad or on scanned paper, before aid is proposed or given."""
    if not form_signed(standing.application, (one["kind"] for one in standing.files.values())):
        raise RefusedByRule("AID_FORM_SKIPPED_F02", "signature")


def form_signed(application: Application | None, files: Iterable[str]) -> bool:
    """Whether the form is signed: by a drawing in it, or a scan among the case's files. A notice needs none."""
    return application is None or is_signed(application) or FileKind.SIGNATURE in files
