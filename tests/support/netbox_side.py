"""Our side of an exchange with NetBox: a store in a folder, and commands typed there."""

import io
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

import pynetbox

from api.cli.dispatch import run
from api.context import Context
from api.netbox_feed import exchange_with
from inventory.settings import NetboxSettings, Settings
from inventory.sources.netbox.exchange import Exchange
from inventory.sources.netbox.mirror import Mirror
from tests.support.netbox import Netbox
from tests.support.running import COMMAND, environment_of


@dataclass(frozen=True)
class Side:
    """A store and the NetBox it is paired with."""

    home: Path
    netbox: Netbox

    @property
    def settings(self) -> dict[str, str]:
        """What makes commands find NetBox."""
        return {"SILESIANET_NETBOX_URL": self.netbox.url, "SILESIANET_NETBOX_TOKEN": self.netbox.token}

    @cached_property
    def context(self) -> Context:
        """The composition root on this store."""
        return Context(Settings(home=self.home))

    @property
    def mirror(self) -> Mirror:
        """What is remembered of NetBox."""
        return Mirror(self.context.engine)

    @property
    def theirs(self) -> pynetbox.api:
        """NetBox as its users script it."""
        return pynetbox.api(self.netbox.url, token=self.netbox.token)

    def exchange(self) -> Exchange:
        """The exchange of both sides."""
        return exchange_with(
            self.context, NetboxSettings.model_validate({"url": self.netbox.url, "token": self.netbox.token})
        )

    def run(self, *arguments: str, expect: int = 0, token: str | None = None) -> str:
        """Type a command of the group in this process; returns what it printed, notices last."""
        out, err = io.StringIO(), io.StringIO()
        environment = {"SILESIANET_HOME": str(self.home), **self.settings} | (
            {"SILESIANET_NETBOX_TOKEN": token} if token else {}
        )
        with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(err):
            code = run(["netbox", *arguments])
        said = out.getvalue() + err.getvalue()
        assert code == expect, f"netbox {' '.join(arguments)}: exit {code}\n{said}"
        return said

    def kill_when(self, condition: Callable[[], bool], *arguments: str, **settings: str) -> None:
        """Type a command and kill it without warning as soon as something holds."""
        environment = environment_of(self.home) | self.settings | settings
        process = subprocess.Popen(
            [*COMMAND, "netbox", *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not condition():
            assert process.poll() is None, "the command ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


@dataclass(frozen=True)
class Pushed:
    """What was seen when the quarter was pushed: the push was killed in the middle, and typed again."""

    home: Path
    revision_after_kill: int
    sites_after_kill: int
    addresses_after_kill: int
    printed: str
