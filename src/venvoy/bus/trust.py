"""Whom to believe at the other end of a TLS connection."""

import ssl


def trusting(authority: str | None) -> ssl.SSLContext:
    """Return how to check a server's certificate, its name included.

    Args:
        authority: PEM of the one authority to trust; None for those of the system.
    """
    context = ssl.create_default_context(cadata=authority)
    if authority is not None:
        # An authority that another one signed is trusted for itself too.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
