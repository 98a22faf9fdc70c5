"""Requests made up from the description of the API, right and wrong ones, and what every answer must be like."""

import random
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from api.app import REST
from api.presentation import LISTED, listing
from api.roles import Role
from tests.support.api import House

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]
ENDLESS = "GET /api/v1/events"


@dataclass
class Fuzzed:
    """What came of it: answers by status, and every kind of fault once."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """How many requests were sent."""
        return self.statuses.total()


def fuzz(house: House, role: Role, examples: int, number: int, until: float | None = None) -> Fuzzed:
    """Ask every operation ``examples`` times rightly and wrongly, as a role; ``number`` is the seed."""
    warnings.filterwarnings("ignore", module="hypothesis|schemathesis")
    found, description = Fuzzed(), schemathesis.openapi.from_asgi("/openapi.json", house.app)
    slugs = _slugs(house)
    operations = list(description.get_all_operations())
    random.Random(number).shuffle(operations)
    for result in operations:
        assert isinstance(result, Ok), result
        operation = result.ok()
        if operation.label == ENDLESS or (until is not None and time.monotonic() > until):
            continue
        noun = operation.path.removeprefix(f"{REST}/").partition("/")[0]
        for mode in GenerationMode:
            asked = operation.as_strategy(generation_mode=mode)
            run = _running(house, role, found, st.sampled_from(slugs.get(noun, ["7"])), asked)
            limits = settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate])
            try:
                seed(number)(settings(limits, suppress_health_check=list(HealthCheck))(run))()
            except Unsatisfiable:
                continue  # what takes nothing cannot be asked wrongly
    return found


def _running(house: House, role: Role, found: Fuzzed, slug: Any, asked: Any) -> Any:
    header = {"Authorization": f"Bearer {house.tokens[role]}"}

    @given(case=asked, known=st.booleans(), slug=slug, unconditional=st.booleans())
    def run(case: Any, known: bool, slug: str, unconditional: bool) -> None:
        if known and "slug" in (case.path_parameters or {}):
            case.path_parameters["slug"] = slug
        if unconditional and "If-Match" in case.headers:
            case.headers["If-Match"] = "*"
        case.headers.update(header)
        try:
            answer = case.call()
            found.statuses[int(answer.status_code)] += 1
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for fault in group.exceptions:
                _note(found, case, fault, answer.status_code)
        except Exception as fault:
            _note(found, case, fault, 500)

    return run


def _note(found: Fuzzed, case: Any, fault: Any, status: int) -> None:
    """Remember a fault. A refusal that was not among the expected ones is none, nor is a repeated parameter."""
    kind = type(fault).__name__
    if kind == "AcceptedNegativeData" and (status >= 400 or "query:" in str(fault)):
        return
    text = f"{fault}\n{case.as_curl_command()}"[:2000]
    found.faults.setdefault((case.operation.label, kind), text)


def _slugs(house: House) -> dict[str, list[str]]:
    """Some objects of each noun that are really there."""
    network = house.context.inventory.network()
    named: Iterator[tuple[str, list[str]]] = ((n, [d["slug"] for d in listing(n, network)][:5]) for n in LISTED)
    return {noun: slugs for noun, slugs in named if slugs}
