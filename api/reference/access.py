"""The page of access: every address, the least role it asks for, and what it gives to callers bound to a tenant."""

from api.app import guarded
from api.reference.page import table
from api.roles import LADDER, Role


def page() -> str:
    """The page, in Markdown."""
    ladder = " < ".join(LADDER)
    head = [
        "# Who may do what",
        "",
        f"Every address asks for one role; higher ones include it: {ladder}. An {Role.AGENT} may do nothing else than",
        "what asks for that role. An address that names no role cannot be built. See [access](../guide/access.md).",
        "",
        "Callers bound to a tenant get from each address their own part, the same as everybody, or nothing.",
        "",
    ]
    rows = [
        (f"`{method} {path}`", str(route.needs or "nobody in particular"), route.tenants.value)
        for path, route in sorted(guarded(), key=lambda found: found[0])
        for method in sorted(route.methods or ())
    ]
    return "\n".join([*head, *table(("address", "least role", "bound to a tenant"), rows), ""])
