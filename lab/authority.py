"""The lab's certificate authority: e-services speak real TLS, and a probe can tell a wrong certificate."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lab.directory import Directory
from lab.keys import write_private
from lab.plan import File, Plan

TLS = "/etc/silesianet/tls"
_LIFETIME = timedelta(days=90)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(subject: str, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("SilesiaNet lab authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFETIME)
    )


def _private(key: EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def issue(directory: Directory, plan: Plan) -> dict[str, tuple[File, ...]]:
    """Make the authority and a certificate per server; return the files each server needs."""
    directory.authority.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = generate_private_key(SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        _builder("SilesiaNet lab authority", root)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(root, hashes.SHA256())
    )
    write_private(directory.authority / "ca.key", _private(root))
    trusted = certificate.public_bytes(Encoding.PEM).decode()
    directory.authority_certificate.write_text(trusted)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    files: dict[str, tuple[File, ...]] = {}
    for server, names in plan.certificates.items():
        key = generate_private_key(SECP256R1())
        leaf = (
            _builder(server, key)
            .add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(issuer, critical=False)
            .sign(root, hashes.SHA256())
        )
        pem = leaf.public_bytes(Encoding.PEM).decode()
        # the management station is served by a process outside the nodes, which finds its pair here
        (directory.authority / f"{server}.pem").write_text(pem)
        write_private(directory.authority / f"{server}.key", _private(key))
        own = File(f"{TLS}/cert.pem", pem), File(f"{TLS}/key.pem", _private(key), 0o600)
        files[server] = (*own, File(f"{TLS}/ca.pem", trusted))
    return files
