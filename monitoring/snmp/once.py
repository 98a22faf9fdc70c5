"""Questions asked once, from a command."""

import asyncio
from collections.abc import Awaitable, Callable

from monitoring.settings import SnmpSettings
from monitoring.snmp.credentials import Credentials
from monitoring.snmp.pysnmp_session import Client


def ask[T](credentials: Credentials, settings: SnmpSettings, work: Callable[[Client], Awaitable[T]]) -> T:
    """Run ``work`` with a client that is closed afterwards; what it returns or raises comes back."""

    async def main() -> T:
        client = Client(credentials, timeout=settings.timeout, retries=max(1, settings.retries))
        try:
            return await work(client)
        finally:
            client.close()

    return asyncio.run(main())
