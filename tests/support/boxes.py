"""Boxes fresh from the factory: SSH servers on loopback that say who they are and do nothing else."""

import queue
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import paramiko  # type: ignore[import-untyped]


@dataclass
class Box:
    """A box at an address of this machine; ``says`` answers commands by their beginning."""

    address: str
    says: dict[str, str]
    key: paramiko.PKey = field(default_factory=paramiko.ECDSAKey.generate)

    def __post_init__(self) -> None:
        self.listener = socket.create_server((self.address, 0))
        self.port = int(self.listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self._greet, args=(client,), daemon=True).start()

    def _greet(self, client: socket.socket) -> None:
        transport, door, held = paramiko.Transport(client), _Door(), []
        transport.add_server_key(self.key)
        with suppress(paramiko.SSHException, EOFError, OSError, queue.Empty):
            transport.start_server(server=door)
            while transport.is_active():
                if (channel := transport.accept(1)) is not None:
                    held.append(channel)
                    self._answer(channel, door.asked.get(timeout=5))

    def _answer(self, channel: paramiko.Channel, command: str) -> None:
        time.sleep(0.02)  # the client is first told that the command was taken
        channel.sendall(next((v for k, v in self.says.items() if command.startswith(k)), "% Invalid input\n").encode())
        channel.send_exit_status(0)
        channel.close()


class _Door(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self) -> None:
        self.asked: queue.Queue[str] = queue.Queue()

    def check_auth_publickey(self, _username: str, _key: paramiko.PKey) -> int:
        return int(paramiko.AUTH_SUCCESSFUL)

    def get_allowed_auths(self, _username: str) -> str:
        return "publickey"

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_exec_request(self, _channel: paramiko.Channel, command: bytes) -> bool:
        self.asked.put(command.decode())
        return True
