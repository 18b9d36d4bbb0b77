"""Where a controller is reached, and by what it is known there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Decided by the process at its start.

    Attributes:
        here: the address for this machine's own agent and command line.
        elsewhere: the addresses for other machines, the likeliest first.
        local_only: whether other machines cannot reach any of them.
        here_ca: PEM of the authority to trust at `here`; None for the system's trust.
        ca: PEM of the authority to trust elsewhere, which is not secret; None where
            there is no TLS, or where the system's trust decides.
        nats_ca: PEM of the fleet's own authority, for NATS; None where it is plain.
        pin: sha256 of the public key of the authority behind the certificate; None
            where there is none, or where the system's trust decides.
    """

    here: str
    elsewhere: tuple[str, ...]
    local_only: bool = True
    here_ca: str | None = None
    ca: str | None = None
    nats_ca: str | None = None
    pin: str | None = None

    @classmethod
    def loopback(cls, url: str) -> "Reach":
        """Return that of a controller which only this machine reaches."""
        return cls(url, (url,))
