"""The portal's own key for what is to be checked outside: seals of the trail and evidence bundles (Ed25519).

`TRAIL_KEY` holds it (PEM); without one it is made once, under VAR_DIR, by whichever process needs it first. The public
key is shown on the page of seals: whoever keeps seals outside keeps it beside them.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

FILE: Final = "trail-key.pem"


def _made(file: Path) -> bytes:
    """The key of the file; made first when there is none. Of two processes that make one at once, one wins."""
    if not file.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as made:
            made.write(pem)
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return file.read_bytes()


@lru_cache(maxsize=4)
def _loaded(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("TRAIL_KEY is no Ed25519 key.")
    return key


def _key() -> Ed25519PrivateKey:
    return _loaded(settings.TRAIL_KEY.encode() or _made(Path(settings.VAR_DIR) / FILE))


def public() -> str:
    """The public key as 64 hexadecimal digits."""
    return _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def public_pem() -> str:
    """The public key as other programs read it."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(data: bytes) -> str:
    """The signature over these bytes, as 128 hexadecimal digits; the same each time."""
    return _key().sign(data).hex()


def is_signed(data: bytes, signature: str, key: str) -> bool:
    """Whether the holder of this public key signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
