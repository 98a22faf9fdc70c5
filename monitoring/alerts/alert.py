"""An alert as Alertmanager reports it, read from its webhook (payload version 4)."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inventory.errors import BadInput

Label = Annotated[str, Field(max_length=4096)]


class Alert(BaseModel):
    """One alert. Its fingerprint is its identity; ``ends_at`` is null while it fires. Times are epoch seconds."""

    model_config = ConfigDict(frozen=True)

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{1,32}$")]
    name: str
    severity: str
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: float
    ends_at: float | None = None
    acknowledged_by: str | None = None
    acknowledged_at: float | None = None


class _Reported(BaseModel):
    status: Literal["firing", "resolved"]
    labels: dict[str, Label]
    annotations: dict[str, Label] = {}
    startsAt: datetime  # noqa: N815 (Alertmanager's name)
    endsAt: datetime | None = None  # noqa: N815
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{1,32}$")]


class _Webhook(BaseModel):
    alerts: Annotated[list[_Reported], Field(max_length=10_000)]


def parse(payload: Any) -> tuple[Alert, ...]:
    """Read a webhook payload; BadInput names the first field that is wrong."""
    try:
        webhook = _Webhook.model_validate(payload)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "payload"
        raise BadInput(first["msg"], where=where, fix="send what Alertmanager's webhook sends") from None
    return tuple(_alert(reported) for reported in webhook.alerts)


def _alert(reported: _Reported) -> Alert:
    ended = reported.endsAt if reported.status == "resolved" else None
    return Alert(
        fingerprint=reported.fingerprint,
        name=reported.labels.get("alertname", ""),
        severity=reported.labels.get("severity", ""),
        status=reported.status,
        labels=reported.labels,
        annotations=reported.annotations,
        starts_at=_epoch(reported.startsAt),
        ends_at=_epoch(ended) if ended is not None else None,
    )


def _epoch(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
