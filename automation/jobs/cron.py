"""When a cron expression comes round, in a time zone: the one place that knows the library that reads them."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from inventory.errors import BadInput

FIELDS = 5


def zone_of(name: str) -> ZoneInfo:
    """BadInput for a zone that is not there."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        fix = "write one such as Europe/Warsaw"
        raise BadInput(f"no time zone {name!r}", where="SILESIANET_JOBS_TIME_ZONE", fix=fix) from error


def check(expression: str) -> str:
    """The expression itself; BadInput when it is none or never comes round."""
    following(expression, datetime.now().timestamp(), ZoneInfo("UTC"))
    return expression


def following(expression: str, at: float, zone: ZoneInfo) -> float:
    """The next time after an instant (epoch seconds). An hour that is left out in spring or comes twice in autumn is
    met once."""
    return next(_walk(expression, datetime.fromtimestamp(at, zone))).timestamp()


def latest(expression: str, at: float, zone: ZoneInfo) -> float:
    """The last time up to an instant."""
    found = _walk(expression, datetime.fromtimestamp(int(at) + 1, zone), reverse=True)
    return next(found).timestamp()


def shown(at: float, zone: ZoneInfo) -> str:
    """An instant as people read it."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M} {zone.key}"


def _walk(expression: str, begin: datetime, *, reverse: bool = False) -> CronSim:
    try:
        if len(expression.split()) != FIELDS:
            raise CronSimError(f"{FIELDS} fields are needed")
        found = CronSim(expression, begin, reverse=reverse)
        next(CronSim(expression, begin))
    except (CronSimError, StopIteration) as error:
        why = str(error) or "it never comes round"
        fix = "write minute, hour, day of month, month, day of week, such as `0 2 * * SAT`"
        raise BadInput(f"not a cron expression: {why}", where=repr(expression), fix=fix) from error
    return found
