"""The NetBox the other tests talk to is a real one, of the version we promise to work with, and begins empty."""

import pynetbox
import pytest

from tests.support.netbox import Netbox

pytestmark = pytest.mark.netbox


def test_it_answers_and_keeps_what_is_written(netbox: Netbox) -> None:
    server = pynetbox.api(netbox.url, token=netbox.token)
    assert server.version == "4.7"
    made = server.dcim.sites.create(name="Rynek", slug="rynek")
    assert server.dcim.sites.get(slug="rynek").id == made.id
    netbox.empty()
    assert server.dcim.sites.count() == 0


def test_who_has_no_rights_is_turned_away(netbox: Netbox) -> None:
    server = pynetbox.api(netbox.url, token=netbox.add_user("guest"))
    with pytest.raises(pynetbox.RequestError, match="403"):
        list(server.dcim.sites.all())
