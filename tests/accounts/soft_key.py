"""A security key of Python alone: it answers as a real one does, also what a real one never would."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


def asked(client: Client, address: str) -> dict[str, Any]:
    """What a page asks of a key: the options its script hands to the browser."""
    text = client.get(address).content.decode()
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', text)
    assert found, text
    (options,) = json.loads(found[1]).values()
    return dict(options["publicKey"])


@dataclass
class SoftKey:
    """counter: how often it has answered; step=0 for a key that never counts."""

    host: str = "testserver"
    origin: str = "https://testserver"
    counter: int = 0
    step: int = 1
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        self.counter += self.step
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.counter) + more

    def _told(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, told: bytes, **response: Any) -> dict[str, Any]:
        name = websafe_encode(self.id)
        words = {"clientDataJSON": websafe_encode(told)} | response
        return {"type": "public-key", "id": name, "rawId": name, "response": words, "clientExtensionResults": {}}

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer to being added."""
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        data = self._data(PRESENT | VERIFIED | NEW, bytes(16) + struct.pack(">H", len(self.id)) + self.id + public)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(self._told("webauthn.create", options), attestationObject=websafe_encode(attestation))

    def get(self, options: dict[str, Any], flags: int = PRESENT | VERIFIED) -> dict[str, Any]:
        """Answer to being asked."""
        told, data = self._told("webauthn.get", options), self._data(flags)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        words = {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signature), "userHandle": ""}
        return self._answer(told, **words)


ADD, ASK, CONFIRM = "/account/2fa/webauthn/add/", "/account/2fa/authenticate/", "/account/2fa/webauthn/reauthenticate/"


def add(client: Client, key: SoftKey, name: str = "Ring") -> Any:
    """Add a key through the page."""
    return client.post(ADD, {"name": name, "credential": json.dumps(key.create(asked(client, ADD)))})


def answer(client: Client, key: SoftKey, address: str = ASK, **more: Any) -> Any:
    """Answer the page that asks."""
    return send(client, key.get(asked(client, address), **more), address)


def send(client: Client, told: Any, address: str = ASK) -> Any:
    """Send what a key has said (or never would)."""
    return client.post(address, {"credential": told if isinstance(told, str) else json.dumps(told)})
