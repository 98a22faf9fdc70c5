"""A login on its way to an identity provider and back, known without loading what speaks to the provider."""

from dataclasses import asdict, dataclass

from inventory.errors import RefusedRequest

OIDC = "oidc"


@dataclass(frozen=True)
class Pending:
    """A login on its way: what the browser must bring back, and what only we and the provider know."""

    state: str
    nonce: str
    verifier: str

    def document(self) -> dict[str, str]:
        """For the cookie that waits in the browser."""
        return asdict(self)


class LoginRefused(RefusedRequest):
    """The provider, or what it sent, does not allow the login."""
