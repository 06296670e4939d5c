"""Who is asking: signed tokens (JWT, ES256), and passwords hashed with argon2id.

A service only needs the public keys. Tokens carry staff id, name, facility, roles and units.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from chassis.errors import Unauthenticated
from chassis.folders import private_folder
from chassis.telemetry import fault
from contracts.envelope import Actor

log = structlog.get_logger(__name__)

ALGORITHM = "ES256"
#: An identity provider is asked for its keys no more often than this.
ASK_SECONDS = 60.0
passwords = PasswordHash((Argon2Hasher(),))

SIGN_IN_AGAIN = "Sesi Anda tidak berlaku lagi. Silakan masuk kembali"


@dataclass(frozen=True)
class Identity:
    """A signed-in person or device. The unit `*` stands for every unit of the facility."""

    staff_id: str
    name: str
    facility: str
    roles: frozenset[str]
    units: frozenset[str]

    def has_unit(self, code: str) -> bool:
        return code in self.units or "*" in self.units

    def rights(self, given: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """Which of these rights one of the roles has, so that a page offers no button in vain."""
        return frozenset(right for right, roles in given.items() if roles & self.roles)

    @property
    def actor(self) -> Actor:
        return Actor(self.staff_id, ",".join(sorted(self.roles)), ",".join(sorted(self.units)))


class NoKeys(Exception):
    """`ALUR_JWKS` leads to no public keys."""


class Tokens:
    """Issues and verifies tokens. Without a private key it can only verify."""

    def __init__(
        self,
        keys: KeySet,
        signing: ECKey | None,
        issuer: str,
        audience: str,
        minutes: int,
        renew: Callable[[], Awaitable[KeySet]] | None = None,
    ) -> None:
        """`renew` reads the public keys again, where somebody else changes them."""
        self._keys, self._signing = keys, signing
        self._renew, self._asked = renew, -ASK_SECONDS
        self._asking: asyncio.Task[None] | None = None
        self._issuer, self._audience, self._minutes = issuer, audience, minutes
        self._rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._verified: dict[str, tuple[float, Identity]] = {}

    def issue(self, identity: Identity, now: float | None = None) -> str:
        if self._signing is None:
            raise RuntimeError("this process has no signing key: sign in at the identity provider")
        issued = int(now if now is not None else time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": identity.staff_id,
            "iat": issued,
            "exp": issued + self._minutes * 60,
            "name": identity.name,
            "facility": identity.facility,
            "roles": sorted(identity.roles),
            "units": sorted(identity.units),
        }
        header = {"alg": ALGORITHM, "kid": self._signing.kid}
        return jwt.encode(header, claims, self._signing)

    def verify(self, token: str) -> Identity:
        """The identity, or Unauthenticated. A verified token is remembered until it expires."""
        remembered = self._verified.get(token)
        if remembered and remembered[0] > time.time():
            return remembered[1]
        try:
            claims: dict[str, Any] = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            self._rules.validate(claims)
            identity = _identity(claims)
        except (JoseError, KeyError, ValueError, TypeError) as error:
            if isinstance(error, InvalidKeyIdError):  # perhaps a key made since ours were read
                self._ask_for_keys()
            raise Unauthenticated(SIGN_IN_AGAIN) from error
        if len(self._verified) > 4096:
            self._verified.clear()
        self._verified[token] = (float(claims["exp"]), identity)
        return identity

    def _ask_for_keys(self) -> None:
        """Beside the request, and not at the pace of whoever sends tokens with invented keys."""
        if self._renew is None or time.monotonic() < self._asked + ASK_SECONDS:
            return
        self._asked = time.monotonic()
        self._asking = asyncio.create_task(self._read_again(self._renew))

    async def _read_again(self, renew: Callable[[], Awaitable[KeySet]]) -> None:
        try:
            self._keys = await renew()
        except NoKeys as error:
            log.warning("keys_not_read", **fault(error))
        else:
            self._verified.clear()

    def public_keys(self) -> dict[str, Any]:
        """The JWKS document other services verify with."""
        return dict(self._keys.as_dict(private=False))


def _identity(claims: dict[str, Any]) -> Identity:
    return Identity(
        staff_id=str(claims["sub"]),
        name=str(claims["name"]),
        facility=str(claims["facility"]),
        roles=frozenset(claims["roles"]),
        units=frozenset(claims["units"]),
    )


def local_keys(folder: Path) -> tuple[KeySet, ECKey]:
    """The key pair of this installation, made on first start; the file is readable by its owner."""
    path = folder / "signing-key.json"
    if not path.exists():
        private_folder(folder)
        key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(key.as_dict(private=True)))
        # Several processes may start at once: the first key stays, the others read it.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    key = ECKey.import_key(json.loads(path.read_text()))
    return KeySet([key]), key


async def remote_keys(address: str) -> KeySet:
    """The public keys of an identity provider, from a file or an http(s) address."""
    try:
        return await _fetched_keys(address)
    except (OSError, ValueError, TimeoutError, JoseError, aiohttp.ClientError) as error:
        raise NoKeys(f"ALUR_JWKS leads to no public keys ({type(error).__name__})") from error


async def _fetched_keys(address: str) -> KeySet:
    if not address.startswith(("http://", "https://")):
        return KeySet.import_key_set(json.loads(await asyncio.to_thread(Path(address).read_text)))
    timeout = aiohttp.ClientTimeout(total=10)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(address) as answer,
    ):
        answer.raise_for_status()
        return KeySet.import_key_set(await answer.json(content_type=None))
