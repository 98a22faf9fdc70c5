"""Where state lives and the limits of what is accepted: the settings every room shares."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from inventory.errors import BadInput
from inventory.model.rate import Rate


class Settings(BaseSettings):
    """Read from ``SILESIANET_*`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_", frozen=True)

    home: Path = Path("var")
    """Folder of everything that is written while running."""

    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in ``home``."""

    import_max_mb: int = 50
    """Inventory files above this size (MiB) are refused unread."""

    hotspot_minimum_bps: Rate = 30_000_000
    """Rate below which a hotspot is reported, with or without unit (``30 Mb/s``); UKE, in force since 2018-12-12."""

    @property
    def database(self) -> str:
        """The URL of the store in use."""
        return self.database_url or f"sqlite:///{(self.home / 'silesianet.db').resolve()}"


class NetboxSettings(BaseSettings):
    """The NetBox that facts are exchanged with. Secrets are given by the environment or by files, never stored."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_NETBOX_", frozen=True)

    url: str = ""
    """Address of NetBox's first page; empty means that there is none."""

    token: SecretStr = SecretStr("")
    """API token of a user who may read, and for pushing also write, what is exchanged."""

    token_file: Path | None = None
    """File that holds the token, instead of the variable."""

    ca_file: Path | None = None
    """Certificate of the authority that signed NetBox's, when the machine does not know it."""

    timeout_seconds: float = 60.0
    """How long one answer may take; a page of a thousand objects takes NetBox seconds."""

    page: int = 1000
    """Objects asked for at a time when reading."""

    batch: int = 100
    """Objects written at a time; each batch is done entirely or not at all."""

    poll_seconds: float = 15.0
    """How often the change log is read when no webhook calls for it."""

    full_hours: float = 24.0
    """How often everything is read again while following, for what the change log does not tell."""

    webhook_secret: SecretStr = SecretStr("")
    """Secret of NetBox's webhook, by which its calls are recognised."""

    webhook_secret_file: Path | None = None
    """File that holds the webhook's secret, instead of the variable."""

    @property
    def secret_token(self) -> str:
        """The token, from wherever it was given; empty when it was not."""
        return _secret(self.token, self.token_file, "SILESIANET_NETBOX_TOKEN_FILE")

    @property
    def hook_secret(self) -> str:
        """The webhook's secret, from wherever it was given; empty when it was not."""
        return _secret(self.webhook_secret, self.webhook_secret_file, "SILESIANET_NETBOX_WEBHOOK_SECRET_FILE")


def _secret(given: SecretStr, file: Path | None, setting: str) -> str:
    if file is None:
        return given.get_secret_value().strip()
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        fix = f"correct {setting}"
        raise BadInput(f"cannot be read: {error.strerror}", where=str(file), fix=fix) from error
