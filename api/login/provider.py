"""Logging in with an identity provider: OpenID Connect, authorisation code with PKCE, state and nonce checked.

The way through the protocol is Authlib's; signatures are joserfc's. Access tokens of the provider are not taken as
bearer tokens: programs have tokens of ours, which we can revoke.
"""

import hmac
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.login.grants import Grant, Person, read
from api.login.pending import OIDC, LoginRefused, Pending
from api.settings import OidcSettings
from inventory.errors import BadInput, Unreachable, WrongUsage

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures only the provider can make; none with a shared secret."""
FRESH_SECONDS = 600.0
NAME_MAX = 56
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Provider:
    """An identity provider as the settings describe it; what it publishes of itself is kept for ten minutes."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        where = urlsplit(settings.issuer)
        if where.scheme != "https" and where.hostname not in THIS_MACHINE:
            raise WrongUsage("the provider must be reached over https", where="SILESIANET_OIDC_ISSUER")
        if not settings.client_id:
            raise WrongUsage("must be set", where="SILESIANET_OIDC_CLIENT_ID")
        self.grants: dict[str, Grant] = read(settings.roles, "SILESIANET_OIDC_ROLES")
        self._lock = threading.Lock()
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def begin(self, redirect_uri: str) -> tuple[str, Pending]:
        """Where to send the browser, and what to remember until it comes back."""
        pending = Pending(generate_token(32), generate_token(32), generate_token(64))
        address = prepare_grant_uri(
            self._discovered("authorization_endpoint"),
            self._settings.client_id,
            "code",
            redirect_uri,
            self._settings.scopes,
            pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),
            code_challenge_method="S256",
        )
        return str(address), pending

    def finish(self, pending: Pending, redirect_uri: str, came: dict[str, str]) -> Person:
        """Who came back; ``came`` is the query the provider sent the browser back with. LoginRefused if it is wrong."""
        if not hmac.compare_digest(came.get("state", "").encode(), pending.state.encode()):
            raise LoginRefused("this is not the login that was begun here", fix="begin again")
        if came.get("iss", self._settings.issuer) != self._settings.issuer:
            raise LoginRefused("another provider answered", fix="begin again")
        if "error" in came or not came.get("code"):
            raise LoginRefused(f"the identity provider says no: {came.get('error', 'no code')[:80]}")
        answer = self._exchange(came["code"], pending.verifier, redirect_uri)
        claims = self._claims(answer, pending.nonce)
        groups = _groups(claims, self._settings.roles_claim)
        if groups is None and "access_token" in answer:
            claims = self._more(claims, str(answer["access_token"]))
            groups = _groups(claims, self._settings.roles_claim)
        name = str(claims.get(self._settings.name_claim) or claims["sub"])
        if not name.isprintable():
            raise LoginRefused("the identity provider gave a name that cannot be written")
        return Person(name[:NAME_MAX], tuple(groups or ()), OIDC)

    def farewell(self, back: str) -> str | None:
        """Where to log out at the provider too, and come back from; null when it has no such place or is silent."""
        try:
            end = self._described().get("end_session_endpoint")
        except Unreachable:
            return None
        query = [("client_id", self._settings.client_id), ("post_logout_redirect_uri", back)]
        return str(add_params_to_uri(end, query)) if end else None

    def _exchange(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """The tokens for a code."""
        ours, secret = self._settings.client_id, self._secret()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        form |= {"code_verifier": verifier, "client_id": ours}
        ways = self._described().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = secret is not None and "client_secret_basic" in ways
        if secret is not None and not basic:
            form["client_secret"] = secret
        auth = httpx.BasicAuth(ours, secret) if basic and secret is not None else None
        return self._fetched("POST", self._discovered("token_endpoint"), data=form, auth=auth)

    def _claims(self, answer: dict[str, Any], nonce: str) -> dict[str, Any]:
        """What the ID token says, once everything about it has been checked."""
        settings = self._settings
        wanted = {"iss": settings.issuer, "aud": settings.client_id}
        options = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        params = {"nonce": nonce, "client_id": settings.client_id, "access_token": answer.get("access_token")}
        try:
            token = self._verified(str(answer.get("id_token", "")))
            found = CodeIDToken(token.claims, token.header, options, params)
            found.validate(now=int(time.time()), leeway=settings.leeway_seconds)
        except (JoseError, ValueError, TypeError) as error:
            raise LoginRefused(f"the ID token is not right: {type(error).__name__}", fix="begin again") from error
        return dict(found)

    def _verified(self, text: str) -> jwt.Token:
        """An ID token whose signature fits; keys are fetched anew when it was signed with one we do not know."""
        try:
            return jwt.decode(text, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(text, self._key_set(anew=True), algorithms=ALGORITHMS)

    def _more(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Claims that are told only when asked for; they must be about the same person."""
        place = self._described().get("userinfo_endpoint")
        if not place:
            return claims
        told = self._fetched("GET", str(place), headers={"Authorization": f"Bearer {access_token}"})
        return told | claims if told.get("sub") == claims["sub"] else claims

    def _key_set(self, *, anew: bool = False) -> KeySet:
        with self._lock:
            if anew or self._keys is None or time.monotonic() - self._keys[0] > FRESH_SECONDS:
                fetched: Any = self._fetched("GET", self._discovered("jwks_uri"))
                self._keys = (time.monotonic(), KeySet.import_key_set(fetched))
            return self._keys[1]

    def _described(self) -> dict[str, Any]:
        """What the provider publishes of itself; it must call itself what we call it."""
        if self._about is None or time.monotonic() - self._about[0] > FRESH_SECONDS:
            found = self._fetched("GET", f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.issuer:
                fix = f"it calls itself {str(found.get('issuer'))[:200]!r}"
                raise Unreachable("another provider answers", where=self._settings.issuer, fix=fix)
            self._about = (time.monotonic(), found)
        return self._about[1]

    def _discovered(self, name: str) -> str:
        found = self._described().get(name)
        if not isinstance(found, str):
            raise Unreachable(f"the provider names no {name}", where=self._settings.issuer)
        return found

    def _fetched(self, method: str, address: str, **request: Any) -> dict[str, Any]:
        """An answer in JSON. LoginRefused when the provider refuses, Unreachable when it has trouble."""
        settings, trouble = self._settings, "the identity provider does not answer"
        try:
            trust = ssl.create_default_context(cafile=settings.ca_file)
            with httpx.Client(timeout=settings.timeout_seconds, verify=trust) as client:
                answer = client.request(method, address, **request)
                found = answer.json()
        except (httpx.HTTPError, ValueError, OSError) as error:
            raise Unreachable(trouble, where=settings.issuer, fix="log in with a token meanwhile") from error
        if 400 <= answer.status_code < 500:
            raise LoginRefused("the identity provider refuses", where=urlsplit(address).path, fix="begin again")
        if answer.status_code != 200 or not isinstance(found, dict):
            raise Unreachable(trouble, where=settings.issuer, fix="log in with a token meanwhile")
        return found

    def _secret(self) -> str | None:
        file = self._settings.client_secret_file
        try:
            return file.read_text().strip() if file else None
        except OSError as error:
            where = "SILESIANET_OIDC_CLIENT_SECRET_FILE"
            raise BadInput(f"cannot be read: {error.strerror}", where=where) from error


def _groups(claims: dict[str, Any], path: str) -> list[str] | None:
    """The groups a claim names; null when there is no such claim."""
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, str):
        return [found]
    return [str(group) for group in found] if isinstance(found, list) else None
