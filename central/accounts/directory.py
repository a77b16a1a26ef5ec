"""Asking a bureau's own directory who somebody is: OpenID Connect, authorization code with PKCE.

    browser -> /sign-in/directory -> the directory, with state, nonce and the challenge of a verifier
    directory -> /sign-in/directory/back?code&state -> token endpoint (with the verifier) -> id_token

State, nonce and verifier wait in a cookie that only this central can open, for ten minutes; so a stranger who asks a
thousand times leaves nothing in the store. The directory says who somebody is and never what they may do.
"""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx2
import structlog
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from central.accounts.sealing import CannotOpen, Seal
from central.accounts.settings import Directory
from central.failures import NotSignedIn, Unavailable

BACK: Final = "/sign-in/directory/back"
WAITS_S: Final = 600
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
_ANSWER_S: Final = 8.0
_ANSWER_BYTES: Final = 1024 * 1024
_KEEP_MS: Final = 3_600_000
_REST_MS: Final = 10_000
_LEEWAY_S: Final = 60
_BELONGS: Final = "a sign-in by the directory"
_LOCAL: Final = ("127.0.0.1", "localhost", "::1")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the directory named; ``strong``: it asked for more than a secret."""

    issuer: str
    name: str
    strong: bool


class DirectoryAsker:
    """Asks one directory; may be used by many threads at once."""

    def __init__(self, settings: Directory, seal: Seal) -> None:
        self.settings = settings
        self._seal = seal
        self._turn = threading.Lock()
        self._book: tuple[dict[str, Any], KeySet] | None = None
        self._read_ms = 0
        self._failed_ms: int | None = None

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.ca_file)

    @property
    def back(self) -> str:
        """Where the directory sends people back to."""
        return self.settings.back.rstrip("/") + BACK

    def begin(self, now_ms: int) -> tuple[str, str]:
        """Where to send the browser, and what it keeps until it is back; raises `Unavailable`."""
        book, _ = self._known(now_ms)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "until_ms": now_ms + WAITS_S * 1000}
        place = book["authorization_endpoint"]
        joint = "&" if urlsplit(place).query else "?"
        return f"{place}{joint}{urlencode(asked)}", self._seal.seal(json.dumps(kept), _BELONGS)

    def finish(self, kept: str, answer: dict[str, str], now_ms: int) -> Subject:
        """Who came back; raises `NotSignedIn` for everything that does not fit, `Unavailable`."""
        waiting = self._waiting(kept, now_ms)
        if not secrets.compare_digest(answer.get("state", "").encode(), waiting["state"].encode()):
            raise _refused("state")
        if "error" in answer or not answer.get("code"):
            raise _refused("the directory said no")
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:  # RFC 9207
            raise _refused("another issuer")
        book, keys = self._known(now_ms)
        tokens = self._tokens(book["token_endpoint"], answer["code"], waiting["verifier"])
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise _refused("no id_token")
        try:
            claims = self._claims(token, keys, waiting["nonce"], tokens.get("access_token"), now_ms)
        except JoseError:
            _, keys = self._known(now_ms, again=True)  # it may have new keys
            try:
                claims = self._claims(token, keys, waiting["nonce"], tokens.get("access_token"), now_ms)
            except JoseError as problem:
                raise _refused(type(problem).__name__) from None
        return self._subject(claims)

    def _waiting(self, kept: str, now_ms: int) -> dict[str, Any]:
        try:
            waiting: dict[str, Any] = json.loads(self._seal.open(kept, _BELONGS))
        except CannotOpen:
            raise _refused("no sign-in was begun in this browser") from None
        if now_ms >= waiting["until_ms"]:
            raise _refused("too late")
        return waiting

    def _claims(self, token: str, keys: KeySet, nonce: str, access_token: Any, now_ms: int) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        own = self.settings
        options = {
            "iss": {"essential": True, "value": own.issuer},
            "aud": {"essential": True, "value": own.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"nonce": nonce, "client_id": own.client_id, "access_token": access_token}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(now=now_ms // 1000, leeway=_LEEWAY_S)
        return dict(claims)

    def _subject(self, claims: dict[str, Any]) -> Subject:
        name = claims["sub"]
        if not isinstance(name, str) or not 1 <= len(name) <= 255 or "\x00" in name:
            raise _refused("sub")
        methods = claims.get("amr") or []
        strong = any(isinstance(one, str) and one in self.settings.strong_methods for one in methods)
        return Subject(self.settings.issuer, name, strong)

    # --- talking ------------------------------------------------------------------------------------------

    def _known(self, now_ms: int, *, again: bool = False) -> tuple[dict[str, Any], KeySet]:
        """What the directory says of itself, and its keys; asked once an hour, and not at once after it failed."""
        with self._turn:
            if self._book is None or again or not 0 <= now_ms - self._read_ms < _KEEP_MS:
                if self._failed_ms is not None and abs(now_ms - self._failed_ms) < _REST_MS:
                    raise _down("it failed a moment ago")
                self._failed_ms = now_ms
                self._book, self._read_ms = self._read_book(), now_ms
                self._failed_ms = None
            return self._book

    def _read_book(self) -> tuple[dict[str, Any], KeySet]:
        book = self._ask("GET", self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if book.get("issuer") != self.settings.issuer:
            raise _down("it calls itself another issuer")
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(book.get(one), str) and _is_safe(book[one]) for one in places):
            raise _down("an address of it is missing or not HTTPS")
        return book, self._keys(book["jwks_uri"])

    def _keys(self, place: str) -> KeySet:
        try:
            return KeySet.import_key_set(self._ask("GET", place))  # type: ignore[arg-type] # checked by what reads it
        except (JoseError, ValueError, KeyError, TypeError) as problem:
            raise _down("its keys cannot be read") from problem

    def _tokens(self, place: str, code: str, verifier: str) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back, "code_verifier": verifier}
        file = self.settings.client_secret_file
        if file is None:
            return self._ask("POST", place, data={**form, "client_id": self.settings.client_id})
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise _down(f"the secret in {file} cannot be read") from None
        return self._ask("POST", place, data=form, auth=(self.settings.client_id, secret))

    def _ask(self, method: str, place: str, **more: Any) -> dict[str, Any]:
        """One answer as JSON; no redirect is followed and no answer is endless."""
        try:
            with (
                httpx2.Client(timeout=_ANSWER_S, verify=self._trust, trust_env=False) as client,
                client.stream(method, place, headers={"Accept": "application/json"}, **more) as answer,
            ):
                whole = b""
                for part in answer.iter_bytes():
                    whole += part
                    if len(whole) > _ANSWER_BYTES:
                        raise _down("an endless answer")
        except httpx2.HTTPError as problem:
            raise _down(type(problem).__name__) from None
        if answer.status_code in (400, 401, 403) and method == "POST":
            raise _refused(f"the token endpoint answered {answer.status_code}")
        if answer.status_code != 200:
            raise _down(f"it answered {answer.status_code}")
        try:
            told = json.loads(whole)
        except (ValueError, RecursionError):
            raise _down("its answer is no JSON") from None
        if not isinstance(told, dict):
            raise _down("its answer is no JSON object")
        return told


def _is_safe(place: str) -> bool:
    try:
        parts = urlsplit(place)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)


def _refused(reason: str) -> NotSignedIn:
    log.warning("directory.refused", reason=reason)
    return NotSignedIn("DIRECTORY_REFUSED")


def _down(reason: str) -> Unavailable:
    log.error("directory.down", reason=reason)
    return Unavailable("DIRECTORY_DOWN")
