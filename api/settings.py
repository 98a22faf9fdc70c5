"""Settings of the way in: where it listens, who may scrape, who may log in with what, and for how long."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Read from ``SILESIANET_*`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_", frozen=True)

    listen: str = "127.0.0.1:8080"
    """Address and port of the web page and the API; port 0 takes a free one, written to ``var/url``."""

    inband_port: int = 8443
    """Port inside the city network on which site agents reach the management station."""

    metrics_public: bool = False
    """Whether ``/metrics`` and ``/sd/prometheus`` answer without a token."""

    open_data_public: bool = False
    """Whether the equal-access page for citizens and the open data answer without a token."""

    token_max_days: float | None = None
    """Longest life of a new access token in days, and its life when none is asked for; unlimited when unset."""

    session_hours: float = 12.0
    """How long a browser session lasts."""

    break_glass: Literal["off", "loopback", "anywhere"] = "loopback"
    """From where the sealed local admin may log in; ``loopback`` is a browser on this machine, no proxy between."""

    break_glass_minutes: float = 60.0
    """How long a session of the local admin lasts."""

    public_url: str = ""
    """Address people reach the server at, for the way back from an identity provider; as the browser says if empty."""

    request_max_kb: int = 4096
    """Request bodies above this size (KiB) are refused unread."""

    refresh_seconds: float = 0.5
    """How often the server looks for changes that open pages must be told about."""

    webhook_networks: str = ""
    """Networks webhooks may be sent to, by comma; when empty: anywhere by https, and this machine by http."""

    webhook_timeout_seconds: float = 10.0
    """How long the receiver of a webhook may take to answer."""

    webhook_hours: float = 24.0
    """How long an event is sent again before it is put among the dead ones."""


class OidcSettings(BaseSettings):
    """Logging in with an identity provider that speaks OpenID Connect. Read from ``SILESIANET_OIDC_*``."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_OIDC_", frozen=True)

    issuer: str = ""
    """Address of the provider, as it writes it itself; without it there is no such login."""

    client_id: str = ""
    """How the provider knows us."""

    client_secret_file: Path | None = None
    """File with the secret the provider gave us; without it we are a public client."""

    scopes: str = "openid profile email"
    """What is asked for."""

    name_claim: str = "preferred_username"
    """Claim with the name of a person; ``sub`` where it is missing."""

    roles_claim: str = "groups"
    """Claim that names groups or roles; dots lead inside: ``realm_access.roles``."""

    roles: dict[str, str] = {}
    """Group to ``ROLE`` or ``ROLE@TENANT``, as JSON: ``{"net-noc": "noc", "school-it": "viewer@oswiata"}``."""

    leeway_seconds: int = 60
    """How far the clocks may be apart."""

    timeout_seconds: float = 5.0
    """How long the provider may take to answer."""

    ca_file: Path | None = None
    """Certificates to trust instead of the machine's."""


class LdapSettings(BaseSettings):
    """Logging in with the password of a directory. Read from ``SILESIANET_LDAP_*``."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_LDAP_", frozen=True)

    url: str = ""
    """``ldaps://host`` or ``ldap://host:port``; without it there is no such login."""

    starttls: bool = True
    """Whether ``ldap://`` turns to TLS before anything is said; without it only this machine is spoken to."""

    ca_file: Path | None = None
    """Certificates to trust instead of the machine's."""

    bind_dn: str = ""
    """Name in the directory of whoever logs in, ``uid={name},ou=people,dc=example``; else it is searched for."""

    search_base: str = ""
    """Where people are searched for."""

    search_filter: str = "(uid={name})"
    """How a person is found there; exactly one must be."""

    service_dn: str = ""
    """Who searches; nobody in particular if empty."""

    service_password_file: Path | None = None
    """File with the password of the one who searches."""

    name_attribute: str = "uid"
    """Attribute with the name of a person."""

    group_base: str = ""
    """Where groups are searched for; if empty, a person's ``memberOf`` is read."""

    group_filter: str = "(|(member={dn})(uniqueMember={dn})(memberUid={name}))"
    """How the groups of a person are found."""

    roles: dict[str, str] = {}
    """Group (its name in the directory, or its ``cn``) to ``ROLE`` or ``ROLE@TENANT``, as JSON."""

    timeout_seconds: int = 5
    """How long the directory may take to answer."""
