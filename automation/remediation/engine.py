"""hier-config for one block: the lines that lead from its present form to the wanted one."""

from collections.abc import Iterator
from functools import cache

from hier_config import HConfigChild, MatchRule, get_hconfig_driver, get_hconfig_fast_load
from hier_config.models import IdempotentCommandsRule
from hier_config.platforms.driver_base import HConfigDriverBase

from automation.remediation.dialects import Dialect
from automation.remediation.tree import Tree, written

DEEPEST = 4


def difference(before: Tree, after: Tree, dialect: Dialect) -> list[str]:
    """Commands from one tree to another, indented, each block left explicitly."""
    driver = _driver(dialect)
    present = get_hconfig_fast_load(driver, written(before))
    wanted = get_hconfig_fast_load(driver, written(after))
    found: list[str] = []
    for child in sorted(present.config_to_get_to(wanted).set_order_weight().children):
        found += _lines(child, 0, dialect)
    return found


def _lines(child: HConfigChild, depth: int, dialect: Dialect) -> Iterator[str]:
    yield " " * depth + dialect.said(child.text)
    for below in sorted(child.children):
        yield from _lines(below, depth + 1, dialect)
    if child.children:
        yield " " * (depth + 1) + dialect.leave


@cache
def _driver(dialect: Dialect) -> HConfigDriverBase:
    """The driver of the platform with our rules: texts are canonical already, rules keep their remarks."""
    driver = get_hconfig_driver(dialect.engine)
    rules = driver.rules
    rules.per_line_sub.clear()
    rules.post_load_callbacks.clear()
    rules.indent_adjust.clear()
    rules.sectional_exiting.clear()
    anything = MatchRule(re_search=r"^(.*)$")
    rules.idempotent_commands[:] = [
        IdempotentCommandsRule(match_rules=(*[anything] * depth, MatchRule(re_search=f"^{pattern}")))
        for pattern in dialect.single
        for depth in range(DEEPEST)
    ]
    return driver
