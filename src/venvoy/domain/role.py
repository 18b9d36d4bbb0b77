"""Who may do what: three roles, each including the one before."""

from enum import StrEnum

from venvoy.domain.errors import Forbidden


class Role(StrEnum):
    """What a user or a token may do; each includes the one before."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for the weakest."""
        return list(Role).index(self)


def require(held: Role, needed: Role) -> None:
    """Raise unless the role that is held includes the one that is needed.

    Raises:
        Forbidden: `role-too-low`, with both roles.
    """
    if held.rank < needed.rank:
        raise Forbidden("role-too-low", held=held.value, needed=needed.value)
