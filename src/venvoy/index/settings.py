"""The gateway's limits, each with its unit and reason."""

from dataclasses import dataclass
from enum import StrEnum


class Retention(StrEnum):
    """How long a checked file stays in the store.

    `BUILD`: until the build that asked for it is done, for uv's cache holds it unpacked
    from then on; nothing survives a restart, so nothing is forced to disk either.
    `KEEP`: for good, forced to disk before it gets its name.
    """

    BUILD = "build"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """How the gateway behaves towards mirrors and clients.

    Attributes:
        retention: what happens to a file after it was served.
        connect_s: seconds for TCP and TLS together; a name lookup has the system's limits.
        stall_s: seconds without a byte after which a transfer is cut off and resumed.
        attempts: requests for one thing per upstream before it is given up; one that
            brought at least `PROGRESS` bytes is not counted.
        backoff_s: seconds before the second attempt, doubled for each further one.
        page_age_s: seconds for which a page is served without asking upstream. The
            official index says 600 of its own pages.
        page_memory: bytes of pages held in memory; the others are read from disk.
        page_limit: bytes of the largest page that is accepted.
        connections_per_host: uv asks for 50 files at once; more connections than this
            to one mirror are slower in sum and are refused by some.
        trust_env: whether proxies of the environment are used.
    """

    retention: Retention = Retention.BUILD
    connect_s: float = 10.0
    stall_s: float = 30.0
    attempts: int = 3
    backoff_s: float = 0.5
    page_age_s: float = 600.0
    page_memory: int = 8 * 2**20
    page_limit: int = 128 * 2**20
    connections_per_host: int = 24
    trust_env: bool = True
