"""Settings of the way in: where it listens, who may scrape, how long a browser stays logged in."""

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

    token_max_days: float | None = None
    """Longest life of a new access token in days, and its life when none is asked for; unlimited when unset."""

    session_hours: float = 12.0
    """How long a browser session lasts."""

    request_max_kb: int = 4096
    """Request bodies above this size (KiB) are refused unread."""

    refresh_seconds: float = 0.5
    """How often the server looks for changes that open pages must be told about."""
