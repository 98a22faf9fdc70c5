"""Questions asked once, from a command: in a thread of its own that first enters the management network."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

from monitoring.settings import SnmpSettings
from monitoring.snmp.credentials import Credentials
from monitoring.snmp.pysnmp_session import Client


def ask[T](
    attach: Callable[[], None], credentials: Credentials, settings: SnmpSettings, work: Callable[[Client], Awaitable[T]]
) -> T:
    """Run ``work`` with a client; what it returns or raises comes back."""
    answer: list[T] = []
    failure: list[BaseException] = []

    async def main() -> T:
        client = Client(credentials, timeout=settings.timeout, retries=max(1, settings.retries))
        try:
            return await work(client)
        finally:
            client.close()

    def thread() -> None:
        try:
            attach()
            answer.append(asyncio.run(main()))
        except BaseException as error:
            failure.append(error)

    worker = threading.Thread(target=thread, name="snmp-once")
    worker.start()
    worker.join()
    if failure:
        raise failure[0]
    return answer[0]
