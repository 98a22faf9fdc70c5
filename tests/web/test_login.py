"""Logging in through an identity provider in a real browser: cookies that stay at home, and a page for everybody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from api.app import create_app
from api.login.doors import Doors
from api.login.sealed import NAME
from api.settings import LdapSettings, OidcSettings
from inventory.model.network import Network
from tests.support.accessible import violations
from tests.support.api import SETTINGS, House, furnish
from tests.support.identity_provider import Running, running_provider
from tests.support.server import served

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def idp() -> Iterator[Running]:
    """The provider."""
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[House]:
    """A city nobody observes."""
    home = tmp_path_factory.mktemp("login")
    made = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    yield made
    made.context.engine.dispose()


@pytest.fixture(scope="module")
def address(house: House, idp: Running) -> Iterator[str]:
    """The city, served, with every way to log in."""
    oidc = OidcSettings(issuer=idp.issuer, client_id="silesianet", roles={"net-noc": "noc"})
    doors = Doors.of(house.context.engine, LdapSettings(), oidc)
    with served(create_app(house.context, SETTINGS, doors=doors)) as url:
        yield url


def test_there_and_back_and_out(visitor: BrowserContext, address: str, idp: Running) -> None:
    page = visitor.new_page()
    page.goto(f"{address}/login?lang=en&next=/sites/rynek")
    page.locator("#oidc").click()
    assert page.url.startswith(idp.issuer)
    page.locator("input[name=sub]").first.fill("dispatcher")
    page.locator("input[name=sub]").first.press("Enter")
    expect(page).to_have_url(f"{address}/sites/rynek")
    expect(page.get_by_text("oidc:dispatcher.east")).to_be_visible()
    kept = {c["name"]: c for c in visitor.cookies()}
    assert "silesianet_login" not in kept
    session = kept["silesianet_session"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")
    page.get_by_role("button", name="Log out").click()
    assert page.url.startswith(f"{idp.issuer}/oauth2/end_session")
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Log in")


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_way_in_and_the_alarm_are_accessible(
    visitor: BrowserContext, address: str, house: House, language: str
) -> None:
    password = Doors.of(house.context.engine, LdapSettings(), OidcSettings()).sealed.seal()
    page = visitor.new_page()
    page.goto(f"{address}/login?lang={language}")
    assert violations(page) == []
    page.fill("#username", NAME)
    page.fill("#password", "wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.fill("#username", NAME)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    expect(page.locator(".alarm").first).to_be_visible()
    assert violations(page) == []
