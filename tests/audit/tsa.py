"""An authority of time stamps (RFC 3161) for tests: its own certificates, a server on 127.0.0.1, and its moods."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper


class Authority:
    """Answers requests for stamps. mood: "good", "refuses", or "mistaken" (stamps another digest)."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self.mood, self.asked = "good", 0
        root_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        root = _certificate(f"{name} root", root_key, f"{name} root", root_key, ca=True)
        leaf = _certificate(name, key, f"{name} root", root_key, ca=False)
        self.trust = folder / f"{name}.pem"
        self.trust.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        der = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.stamper = DummyTimeStamper(
            asn1.Certificate.load(leaf.public_bytes(serialization.Encoding.DER)), keys.PrivateKeyInfo.load(der)
        )

    def answer(self, body: bytes) -> bytes:
        """The answer to a request."""
        self.asked += 1
        request = tsp.TimeStampReq.load(body)
        if self.mood == "refuses":
            status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["no"]})
            return tsp.TimeStampResp({"status": status}).dump()
        if self.mood == "mistaken":
            request["message_imprint"]["hashed_message"] = bytes(32)
        return self.stamper.request_tsa_response(request).dump()


def _certificate(name, key, issuer, issuer_key, *, ca):
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if ca:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = made.add_extension(usage, critical=True)
    else:
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        made = made.add_extension(usage, critical=True)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """Its address, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words):
            """Nothing is written."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
