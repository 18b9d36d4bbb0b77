"""The fleet's own certificates: an authority that signs itself, and what it signs.

Nodes pin the authority's public key, so both its certificate and the server's may be
renewed at any time without a node noticing. Keys are on P-256, which every TLS of the
last decade speaks. Pure: times are arguments, aware and in UTC.
"""

import hashlib
import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from venvoy.domain.errors import InvalidInput

AUTHORITY_LIFE = timedelta(days=3_650)
SERVER_LIFE = timedelta(days=397)
_BEFORE = timedelta(hours=24)
"""Certificates hold a day back, for clocks that are behind."""
_NAME_LIMIT = 64
_DNS = re.compile(r"(\*\.)?[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62}\.?)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate with its key, both as PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


def make_authority(name: str, now: datetime) -> Certified:
    """Make an authority with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _self_signed(key, name, now)


def renew_authority(old: Certified, now: datetime) -> Certified:
    """Give an authority a new certificate for the same key and name.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    name = _read(old.certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return _self_signed(_key(old.key), str(name), now)


def issue(authority: Certified, hosts: Collection[str], now: datetime) -> Certified:
    """Make a server's certificate.

    Args:
        authority: that signs it.
        hosts: names and addresses by which the server is reached; what is neither is
            left out.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    signer, signer_key = _read(authority.certificate), _key(authority.key)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(x509.Name([]), signer.subject, key, now, SERVER_LIFE)
        .add_extension(x509.SubjectAlternativeName(_general_names(hosts)), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()),
            critical=False,
        )
    )
    return _signed(builder, key, signer_key)


def pin(certificate: bytes) -> str:
    """Return the sha256 of a certificate's public key (RFC 7469's form), as hex.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    public = _read(certificate).public_key()
    return hashlib.sha256(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def due(certificate: bytes, now: datetime) -> bool:
    """Whether a certificate is to be renewed: with a third of its life left.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    read = _read(certificate)
    life = read.not_valid_after_utc - read.not_valid_before_utc
    return now >= read.not_valid_after_utc - life / 3


def covers(certificate: bytes, hosts: Collection[str]) -> bool:
    """Whether a certificate names all of these hosts literally."""
    return set(_general_names(hosts)) <= set(_alternatives(_read(certificate)))


def hosts_of(certificate: bytes) -> frozenset[str]:
    """Return the names and addresses in a certificate.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    return frozenset(str(each.value) for each in _alternatives(_read(certificate)))


def signed_by(certificate: bytes, authority: bytes) -> bool:
    """Whether an authority's key signed a certificate."""
    try:
        _read(certificate).verify_directly_issued_by(_read(authority))
    except Exception:  # noqa: BLE001 - however it fails, it is not proven
        return False
    return True


def belongs(pair: Certified) -> bool:
    """Whether a key is that of its certificate.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    return _read(pair.certificate).public_key() == _key(pair.key).public_key()


def anchor(chain: bytes) -> bytes | None:
    """Return the last certificate of a chain if it signed itself: what a node may pin.

    Raises:
        InvalidInput: `certificate-unreadable`.
    """
    try:
        last = x509.load_pem_x509_certificates(chain)[-1]
    except (ValueError, IndexError) as error:
        raise InvalidInput("certificate-unreadable") from error
    pem = last.public_bytes(Encoding.PEM)
    return pem if last.issuer == last.subject and signed_by(pem, pem) else None


def shown(pinned: str) -> str:
    """Return a pin as people compare it: `AB:CD:…`."""
    return ":".join(pinned[at : at + 2] for at in range(0, len(pinned), 2)).upper()


def _self_signed(key: ec.EllipticCurvePrivateKey, name: str, now: datetime) -> Certified:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_NAME_LIMIT])])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        _builder(subject, subject, key, now, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _signed(builder, key, key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + life)
    )


def _signed(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
) -> Certified:
    certificate = builder.sign(signer, hashes.SHA256())
    return Certified(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _general_names(hosts: Collection[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for host in sorted(hosts):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(host.partition("%")[0])))
        except ValueError:
            if _DNS.fullmatch(host):
                found.append(x509.DNSName(host.rstrip(".").lower()))
    return list(dict.fromkeys(found))


def _alternatives(certificate: x509.Certificate) -> list[x509.GeneralName]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    kinds = (x509.DNSName, x509.IPAddress)
    return [each for each in extension.value if isinstance(each, kinds)]


def _read(certificate: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise InvalidInput("certificate-unreadable") from error


def _key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise InvalidInput("certificate-unreadable") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidInput("certificate-unreadable")
    return key
