"""Where state lives and how much an import may weigh: the settings every room shares."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from ``SILESIANET_*`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_", frozen=True)

    home: Path = Path("var")
    """Folder of everything that is written while running."""

    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in ``home``."""

    import_max_mb: int = 50
    """Inventory files above this size (MiB) are refused unread."""

    @property
    def database(self) -> str:
        """The URL of the store in use."""
        return self.database_url or f"sqlite:///{(self.home / 'silesianet.db').resolve()}"
