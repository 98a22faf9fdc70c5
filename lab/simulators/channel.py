"""One SSH channel of a simulated device: a command line, one command, a subsystem or a copied file."""

import asyncio
import codecs
import logging
from typing import Any

import asyncssh
from asyncssh.scp import run_scp_server
from asyncssh.sftp import run_sftp_server
from asyncssh.stream import SSHServerStreamSession

from lab.simulators.console import Console
from lab.simulators.device import Handler, Simulated
from lab.simulators.files import Store

LOG = logging.getLogger(__name__)
CODING = "utf-8"


class Channel(SSHServerStreamSession[bytes]):
    """Octets in, octets out; what they mean is the device's."""

    def __init__(self, device: Simulated) -> None:
        super().__init__(None)
        self._device = device
        self._console: Console | None = None
        self._decoder = codecs.getincrementaldecoder(CODING)(errors="replace")

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        return not command.startswith("scp ") or self._device.files is not None

    def subsystem_requested(self, subsystem: str) -> bool:
        if subsystem == "sftp":
            return self._device.files is not None
        return self._device.subsystem(subsystem) is not None

    def session_started(self) -> None:
        """The channel is ready for what was asked for."""
        chan = self._channel()
        if self._device.faults.full:
            self._write(self._device.full_words.replace("\n", "\r\n"))
            self._hang_up()
            return
        command, subsystem = chan.get_command(), chan.get_subsystem()
        if subsystem is None and command is None:
            self._console = Console(self._device, self._device.cli(), self._write, self._hang_up)
            self._console.start()
        else:
            asyncio.get_running_loop().create_task(self._serve(chan, command, subsystem))

    def data_received(self, data: bytes, datatype: Any) -> None:
        """Typed characters go to the command line, anything else waits to be read."""
        if self._console is not None:
            self._console.feed(self._decoder.decode(data))
        else:
            super().data_received(data, datatype)

    def eof_received(self) -> bool:
        """A command line ends with its input; a command or subsystem may still answer."""
        if self._console is not None:
            return False
        super().eof_received()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        if self._console is not None:
            self._console.end()
        super().connection_lost(exc)

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """Nothing here depends on the size of the window."""

    def signal_received(self, signal: str) -> None:
        """Devices take no signals."""

    def break_received(self, msec: int) -> bool:  # noqa: ARG002
        """Devices take no breaks."""
        return True

    async def _serve(
        self, chan: "asyncssh.SSHServerChannel[bytes]", command: str | None, subsystem: str | None
    ) -> None:
        reader = asyncssh.SSHReader[bytes](self, chan)
        writer = asyncssh.SSHWriter[bytes](self, chan)
        try:
            if command is not None and command.startswith("scp "):
                assert self._device.files is not None
                errors = asyncssh.SSHWriter[bytes](self, chan, asyncssh.EXTENDED_DATA_STDERR)
                handled = run_scp_server(Store(chan, self._device.files), command, reader, writer, errors)
                if handled is not None:
                    await handled
            elif subsystem == "sftp":
                assert self._device.files is not None
                await run_sftp_server(Store(chan, self._device.files), reader, writer, 3)
            elif subsystem is not None:
                handler: Handler | None = self._device.subsystem(subsystem)
                assert handler is not None
                await handler(reader, writer)
                chan.exit(0)
            else:
                await self._execute(chan, command or "", reader)
        except (asyncssh.Error, OSError, EOFError):
            chan.close()
        except Exception:
            LOG.exception("%s failed on %s", self._device.name, subsystem or command)
            chan.close()

    async def _execute(
        self, chan: "asyncssh.SSHServerChannel[bytes]", command: str, reader: "asyncssh.SSHReader[bytes]"
    ) -> None:
        stdin = await reader.read() if self._device.takes_input(command) else b""
        if self._device.faults.slow_seconds:
            await asyncio.sleep(self._device.faults.slow_seconds)
        ran = self._device.run(command, stdin)
        chan.write(ran.output.encode(CODING, "replace"))
        if ran.complaint:
            chan.write_stderr(ran.complaint.encode(CODING, "replace"))
        chan.exit(ran.status)

    def _channel(self) -> "asyncssh.SSHServerChannel[bytes]":
        chan = self._chan
        assert isinstance(chan, asyncssh.SSHServerChannel)
        return chan

    def _write(self, text: str) -> None:
        self._channel().write(text.encode(CODING, "replace"))

    def _hang_up(self) -> None:
        """The whole connection goes, as it does when a device ends a login."""
        chan = self._channel()
        chan.exit(0)
        chan.get_connection().close()
