"""How devices are configured and changes are made: the settings of this room."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConfigurationSettings(BaseSettings):
    """Values of the rendered configuration that are not facts of the inventory. Read from ``SILESIANET_CONFIG_*``."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_CONFIG_", frozen=True)

    ospf_hello_seconds: int = Field(1, ge=1)
    """Interval of OSPF hellos on links between routers."""

    ospf_dead_seconds: int = Field(4, ge=2)
    """Silence after which an OSPF neighbour is given up (BFD notices sooner)."""

    ospf_retransmit_seconds: int = Field(1, ge=1)
    """Without 1 s a lost first exchange costs 10 s of convergence."""

    ospf_bfd: bool = True
    """Whether OSPF neighbours are watched by BFD."""

    dhcp_lease_minutes: int = Field(60, ge=2)
    """How long a guest of a hotspot keeps an address."""

    dhcp_first_host: int = Field(50, ge=2)
    """First address handed out, counted from the start of the guest network."""

    contact: str = "noc@silesianet.example"
    """sysContact of every device."""

    syslog_servers: tuple[str, ...] = ()
    """IPv4 addresses that devices send their log to; none: they keep it."""

    ntp_servers: tuple[str, ...] = ()
    """IPv4 addresses that devices take the time from."""

    tacacs_servers: tuple[str, ...] = ()
    """IPv4 addresses that are asked who may log in; the key is the secret ``tacacs``."""


class ChangeSettings(BaseSettings):
    """Times and sizes of a change. Read from ``SILESIANET_CHANGE_*``."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_CHANGE_", frozen=True)

    workers: int = Field(16, ge=1)
    """Devices spoken to at the same time."""

    batch_size: int = Field(8, ge=1)
    """Devices configured before their health is checked."""

    per_pop: int = Field(4, ge=1)
    """Devices of one PoP configured at the same time."""

    canary_from: int = Field(4, ge=2)
    """A change of so many devices is tried on one of them first."""

    wave_growth: int = Field(8, ge=2)
    """The wave after the canary has so many devices, each further one so many times more."""

    approval: Literal["self", "other"] = "self"
    """Whether who applies a change may have approved it, or somebody else must have."""

    approved_seconds: float = Field(60, ge=0)
    """Devices are looked at again before the first is touched when their plan is older than this."""

    connect_seconds: float = Field(10, gt=0)
    """Time for one login."""

    batch_seconds: float = Field(45, gt=0)
    """Time granted to one batch: login, commit and health."""

    health_seconds: float = Field(20, gt=0)
    """Time for a device to be reachable again, with its OSPF neighbours, after its commit."""

    settle_seconds: float = Field(3, ge=0)
    """Probes this soon after the last commit are not judged: routes may still move."""

    gate_seconds: float = Field(45, gt=0)
    """Time in which the probes of every watched cell must have spoken."""

    margin_seconds: float = Field(20, gt=0)
    """How much longer than all of the above the devices wait for the confirmation."""

    fresh_seconds: float = Field(30, gt=0)
    """Probes older than this say nothing about how things were before the change."""

    lease_seconds: float = Field(20, gt=0)
    """A change whose controller gave no sign of life for this long is taken over."""

    @model_validator(mode="after")
    def _health_fits(self) -> "ChangeSettings":
        if self.health_seconds >= self.batch_seconds:
            raise ValueError("batch_seconds must exceed health_seconds")
        return self

    def revert_in(self, batches_left: int, gates_left: int = 1) -> int:
        """Seconds a device waits for confirmation when so many batches, its own included, and gates are to come."""
        gates = gates_left * (self.settle_seconds + self.gate_seconds)
        return int(batches_left * self.batch_seconds + gates + self.margin_seconds) + 1


class AccessSettings(BaseSettings):
    """How devices are logged in to. Read from ``SILESIANET_SSH_*``; without a key, the one of the running lab."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_SSH_", frozen=True)

    key_file: Path | None = None
    """Private key that devices accept."""

    known_hosts: Path | None = None
    """Pinned host keys of the devices, in OpenSSH form."""


class JobSettings(BaseSettings):
    """Long work and the workers that do it. Read from ``SILESIANET_JOBS_*``."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_JOBS_", frozen=True)

    slots: int = Field(4, ge=1)
    """Jobs one worker carries out at the same time."""

    poll_seconds: float = Field(0.5, gt=0, le=1)
    """How often a worker looks for new jobs."""

    lease_seconds: float = Field(20, gt=0)
    """A job whose worker gave no sign of life for this long is given to another one."""

    chores_seconds: float = Field(5, gt=0)
    """How often a worker looks for dead workers, for changes without a controller and for schedules that are due."""

    served: bool = True
    """Whether ``silesianet serve`` carries out jobs itself; with ``0`` only ``silesianet worker`` does."""

    remote: bool = False
    """Whether devices of sites are spoken to by the workers of their PoP's queue."""

    call_seconds: float = Field(90, gt=0)
    """How long one call to a device through its PoP's worker may take, the waiting in the queue included."""

    time_zone: str = "Europe/Warsaw"
    """In which time zone windows and schedules are meant."""

    call_poll_seconds: float = Field(0.1, gt=0)
    """How often a worker of a PoP looks for calls to its devices."""

    keep_days: float = Field(400, gt=0)
    """How long jobs that are over are remembered."""


class SecretSettings(BaseSettings):
    """Where secrets of devices are kept. Read from ``SILESIANET_SECRETS*`` and ``SILESIANET_VAULT_*``."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_", frozen=True)

    secrets: str = "env"
    """Sources in the order they are asked, with commas: ``env``, ``file:/path``, ``age:/path``, ``keyring:service``,
    ``vault:mount/path``."""

    secrets_age_identity: Path | None = None
    """File with the identity that opens what is encrypted with age."""

    vault_url: str = ""
    """Address of the Vault."""

    vault_token: SecretStr = SecretStr("")
    """Token that may read the secret."""

    vault_token_file: Path | None = None
    """File that holds the token, instead of the variable."""

    vault_ca_file: Path | None = None
    """Certificate of the authority that signed the Vault's, when the machine does not know it."""

    vault_namespace: str = ""
    """Namespace within the Vault, where it has them."""

    @property
    def listed(self) -> tuple[str, ...]:
        """The sources one by one."""
        return tuple(text for text in self.secrets.split(",") if text.strip())
