"""The description of the API is true, and no request made up from it is answered by a fault of the server."""

import pytest

from api.roles import Role
from tests.support.api import House
from tests.support.fuzz import fuzz


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_every_operation_bears_what_is_made_up(house: House, role: Role) -> None:
    found = fuzz(house, role, examples=1, number=7)
    assert found.calls > 200
    assert not found.faults, "\n\n".join(f"{key}: {text}" for key, text in found.faults.items())
