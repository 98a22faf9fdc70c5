"""Every rule there is, by its slug."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from automation.compliance import rules
from automation.compliance.rule import Rule
from inventory.errors import UnknownObject


@cache
def all_rules() -> dict[str, Rule]:
    """One file each in `rules`."""
    names = sorted(module.name for module in iter_modules(rules.__path__))
    found: list[Rule] = [import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return {rule.slug: rule for rule in found}


def chosen(names: tuple[str, ...]) -> tuple[Rule, ...]:
    """Rules by their slugs, every one if none is named; UnknownObject for one there is not."""
    known = all_rules()
    for name in names:
        if name not in known:
            raise UnknownObject(f"no rule {name!r}", where=f"rule:{name}", fix=f"rules are {', '.join(known)}")
    return tuple(rule for slug, rule in known.items() if not names or slug in names)
