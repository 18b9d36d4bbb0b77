"""What a node keeps from joining: who it is, whom it obeys and where to renew.

Written by joining (and by `venvoy up` for the node `local`) beside the node's own
key, read by the agent at every start.
"""

from pydantic import BaseModel, ConfigDict, Field

from venvoy.wire.messages import Identifier


class Membership(BaseModel):
    """A node's place in one fleet.

    Attributes:
        node: the node's id.
        name: the node's name, for people.
        controller_url: where locks are fetched and credentials renewed.
        document_key: the controller's public nkey; the only signer that is obeyed.
        ca: PEM of the authority behind the controller's certificate; None for the
            system's trust.
        proxy: to reach the controller through, with user and password; None for that of
            the agent's environment.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    node: Identifier
    name: str
    controller_url: str
    document_key: str
    ca: str | None = None
    proxy: str | None = Field(default=None, repr=False)
