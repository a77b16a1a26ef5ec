"""A bureau's directory in small: OpenID Connect with one person, which can be told to lie in each way there is."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from central.clock import now_ms

CLIENT, CLIENT_SECRET = "legal-hall", "a-secret-of-two-programs"


class SmallIssuer:
    """``lie``: claims that the next token has otherwise; ``signs_with`` another key; ``answers`` another status."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.key = ECKey.generate_key("P-256", parameters={"kid": "one"})
        self.signs_with: Any = self.key
        self.algorithm = "ES256"
        self.lie: dict[str, Any] = {}
        self.methods: list[str] = ["pwd"]
        self.answers = 200
        self.subject = "u-4711"  # who signs in there in a browser
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def log_in(self, address: str, subject: str) -> dict[str, str]:
        """What a person does in their browser there; gives what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid")
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = {**asked, "subject": subject}
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            return self.answers, {"issuer": self.url, **{name: self.url + place for name, place in names.items()}}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        return self._token(form, authorization)

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self._codes.pop(form.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {login}" or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = now_ms() // 1000
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": asked["subject"], "nonce": asked["nonce"], "iat": now,
            "exp": now + 300, "amr": self.methods, **self.lie,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": "one"}
        token = jwt.encode(
            header, {name: value for name, value in claims.items() if value is not None}, self.signs_with,
            algorithms=[self.algorithm],
        )  # fmt: skip
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


def a_shared_key() -> OctKey:
    """For a token that is signed with what everybody knows."""
    return OctKey.import_key("0123456789abcdef0123456789abcdef")


@contextmanager
def small_issuer() -> Iterator[SmallIssuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/authorize?"):  # a browser; the person signs in at once
                brought = issuer.log_in(issuer.url + self.path, issuer.subject)
                asked = parse_qs(urlsplit(self.path).query)
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri'][0]}?{urlencode(brought)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._answer({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(raw).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, told = issuer.answer(self.path, form, self.headers.get("Authorization", ""))
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = SmallIssuer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
