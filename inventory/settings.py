"""Where state lives and the limits of what is accepted: the settings every room shares."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

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
