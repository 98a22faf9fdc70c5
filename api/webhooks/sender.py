"""Sends one event to one address and says how that went."""

import time
from dataclasses import dataclass
from enum import Enum, auto

import httpx

from api.webhooks.destination import Block, resolve
from api.webhooks.event import signature
from api.webhooks.store import Delivery, Webhook
from inventory.errors import SilesiaNetError

LONGEST_WAIT = 3600.0


class Answer(Enum):
    """What follows from an answer."""

    TAKEN = auto()
    AGAIN = auto()
    GONE = auto()


@dataclass(frozen=True)
class Outcome:
    """How a delivery went; ``wait`` is what the receiver asked for, in seconds."""

    answer: Answer
    text: str = ""
    wait: float = 0.0


@dataclass(frozen=True)
class Sender:
    """Posts events. Redirects are not followed and proxies of the environment are not used: both lead elsewhere."""

    allowed: tuple[Block, ...]
    timeout: float

    def send(self, webhook: Webhook, delivery: Delivery, secret: bytes) -> Outcome:
        """One attempt."""
        body = delivery.body.encode()
        try:
            place = resolve(webhook.url, self.allowed)
            headers = {"Host": place.url.netloc} | self._headers(delivery, secret, body)
            extensions = {"sni_hostname": place.url.hostname}
            with (
                httpx.Client(timeout=self.timeout, trust_env=False, follow_redirects=False) as client,
                client.stream("POST", place.direct_url, content=body, headers=headers, extensions=extensions) as answer,
            ):
                return _outcome(answer)
        except SilesiaNetError as error:
            return Outcome(Answer.AGAIN, str(error))
        except httpx.HTTPError as error:
            return Outcome(Answer.AGAIN, f"{type(error).__name__}: {error}"[:300])

    def _headers(self, delivery: Delivery, secret: bytes, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "SilesiaNet",
            "SilesiaNet-Delivery": delivery.id,
            "SilesiaNet-Event": delivery.event,
            "SilesiaNet-Timestamp": stamp,
            "SilesiaNet-Signature": signature(secret, stamp, body),
        }


def _outcome(answer: httpx.Response) -> Outcome:
    """Taken when the status is 2xx; the body is not read."""
    if answer.is_success:
        return Outcome(Answer.TAKEN)
    text = f"answered {answer.status_code}"
    if answer.status_code == httpx.codes.GONE:
        return Outcome(Answer.GONE, text)
    asked = answer.headers.get("retry-after", "")
    wait = min(float(asked), LONGEST_WAIT) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 0.0
    return Outcome(Answer.AGAIN, text, wait)
