"""Devices run what the inventory intends, and nothing else."""

from automation.compliance.checks import AsIntended
from automation.compliance.rule import Example, Rule
from inventory import platforms

SAME = Example(
    "#! part config\nhostname a\n", "#! part config\nhostname b\n", 2, intended="#! part config\nhostname a\n"
)
RULE = Rule(
    "as-intended",
    "Działa to, co zaplanowano",
    "Running is as intended",
    {slug: AsIntended() for slug in platforms.all()},
    dict.fromkeys(platforms.all(), SAME),
)
