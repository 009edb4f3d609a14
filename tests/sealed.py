"""PDF files with electronic seals, made by certificates of the tests' own."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests import uploads


def _subject(name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    )


def _certificate(subject: x509.Name, key: Any, issuer: x509.Name, issuer_key: Any, *, is_ca: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    return built.sign(issuer_key, hashes.SHA256())


@cache
def _people() -> tuple[x509.Certificate, x509.Certificate, Any]:
    """The issuer's certificate, the sealer's, and the sealer's key."""
    root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name, name = _subject("测试电子印章签发机构", "测试"), _subject("厦门市人民政府（测试印章）", "厦门市人民政府")
    root = _certificate(root_name, root_key, root_name, root_key, is_ca=True)
    return root, _certificate(name, key, root_name, root_key, is_ca=False), key


def issuer_pem() -> bytes:
    """The issuer's certificate, for SEAL_TRUST."""
    return _people()[0].public_bytes(serialization.Encoding.PEM)


def _signer() -> signers.SimpleSigner:
    root, certificate, key = _people()
    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register(asn1.Certificate.load(root.public_bytes(der)))
    return signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(der)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )


@cache
def sealed(content: bytes | None = None) -> bytes:
    """A PDF with the seal of the government of Xiamen (test)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content or uploads.pdf(text="plan")), strict=False)
    fields.append_signature_field(writer, fields.SigFieldSpec("Seal"))
    meta = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
    return bytes(signers.sign_pdf(writer, meta, signer=_signer()).getvalue())


def changed_after() -> bytes:
    """A sealed PDF to which a page's text was added afterwards; the sealed bytes themselves are whole."""
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed()), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 600 Td (300 million more) Tj ET")
    page["/Contents"] = writer.add_object(stream)
    writer.update_container(page)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def forged() -> bytes:
    """A sealed PDF in whose sealed bytes a word was exchanged."""
    return sealed().replace(b"(plan)", b"(plam)")
