"""Where NetBox calls when something changed there: its signature is the key, and the call only starts a look."""

import hashlib
import hmac

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.auth import GuardedRoute
from api.problems import problem
from api.roles import open_to_all
from api.state import ContextOf
from inventory.settings import NetboxSettings
from inventory.sources.netbox.mirror import Mirror

SIGNATURE = "X-Hook-Signature"

router = APIRouter(route_class=GuardedRoute, prefix="/netbox", tags=["netbox"])


@router.post("/webhook", status_code=204, response_class=Response)
@open_to_all
async def webhook(request: Request, context: ContextOf) -> Response:
    """Have NetBox's change log read at once; open to whoever signs the body with the secret of the webhook."""
    secret = await run_in_threadpool(lambda: NetboxSettings().hook_secret)
    if not secret:
        detail = "no webhook is expected; set SILESIANET_NETBOX_WEBHOOK_SECRET"
        return problem(request, 404, "not-found", detail)
    expected = hmac.new(secret.encode(), await request.body(), hashlib.sha512).hexdigest()
    given = request.headers.get(SIGNATURE, "").encode("latin-1", "replace")
    if not hmac.compare_digest(given, expected.encode()):
        return problem(request, 403, "forbidden", f"the {SIGNATURE} does not fit; use the same secret on both sides")
    await run_in_threadpool(Mirror(context.engine).wake)
    return Response(status_code=204)
