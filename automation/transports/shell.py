"""The command line of a device, as a person at its console has it; the one file that knows netmiko."""

from dataclasses import dataclass

import paramiko  # type: ignore[import-untyped]
from netmiko import BaseConnection, ConnectHandler, NetmikoAuthenticationException, NetmikoBaseException

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.ssh import Target, open_socket


@dataclass(frozen=True)
class Shell:
    """One login with a prompt. ``ask`` raises ConnectionLost when there is no answer in time."""

    host: str
    connection: BaseConnection

    def ask(self, command: str, seconds: float) -> str:
        """What the device prints for a command."""
        try:
            return str(self.connection.send_command(command, read_timeout=seconds))
        except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as fault:
            raise ConnectionLost(self.host, "lost", _first_line(fault)) from fault

    def close(self) -> None:
        """Hang up: netmiko's own farewell takes root's prompt for an enable mode and waits ten seconds to leave it."""
        self.connection.paramiko_cleanup()


def open_shell(target: Target, device_type: str, seconds: float) -> Shell:
    """Log in; ``device_type`` is netmiko's name of the platform. DeviceUnreachable says why it could not."""
    try:
        connection = ConnectHandler(
            device_type=device_type,
            host=target.host,
            port=target.port,
            username=target.user,
            use_keys=True,
            key_file=str(target.key_file),
            allow_agent=False,
            ssh_strict=True,
            alt_host_keys=True,
            alt_key_file=str(target.known_hosts),
            sock=open_socket(target, seconds),
            conn_timeout=seconds,
            auth_timeout=seconds,
            banner_timeout=seconds,
        )
    except NetmikoAuthenticationException as fault:
        raise DeviceUnreachable(target.host, "login", _first_line(fault)) from fault
    except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as fault:
        reason = "host-key" if "known_hosts" in str(fault) or "host key" in str(fault).lower() else "connect"
        raise DeviceUnreachable(target.host, reason, _first_line(fault)) from fault
    return Shell(target.host, connection)


def _first_line(fault: Exception) -> str:
    lines = [line for line in str(fault).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(fault).__name__
