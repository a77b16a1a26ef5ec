"""Central's signature under a plan, by a key of its own that its root has certified for plans and nothing else."""

from __future__ import annotations

import base64
import threading
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from central.line.authority import Authority, write_whole
from hall.plan_messages import PlanDesired
from hall_config.handed_plan import SIGNED

_NAME: Final = "central-plans"  # what halls ask the certificate to be called
_AT_FIRST: Final = threading.Lock()


class PlanSigner:
    """The pair beside the root's: ``plans.key`` and ``plans.crt``, made when there is none."""

    def __init__(self, authority: Authority) -> None:
        key_file, certificate_file = authority.folder / "plans.key", authority.folder / "plans.crt"
        with _AT_FIRST:
            if not certificate_file.exists():
                key, certificate = authority.for_signing(_NAME)
                write_whole(key_file, key)
                write_whole(certificate_file, certificate)  # last: it says that both are there
        self._certificate = certificate_file.read_text(encoding="ascii")
        loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        self._key = loaded

    def sign(self, plan: str) -> PlanDesired:
        """The message for ``cfg/desired``."""
        signature = self._key.sign(SIGNED + plan.encode(), ec.ECDSA(hashes.SHA256()))
        return PlanDesired(plan, self._certificate, base64.b64encode(signature).decode())
