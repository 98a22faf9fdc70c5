"""What runs is what a restart brings back: otherwise a power cut is a change."""

from automation.compliance.checks import Kept
from automation.compliance.rule import Example, Rule
from inventory import platforms

SAME = Example(
    "#! part config\nhostname a\n", "#! part config\nhostname b\n", 2, startup="#! part config\nhostname a\n"
)
RULE = Rule(
    "startup-is-running",
    "Po restarcie działa to samo",
    "A restart brings back what runs",
    {slug: Kept() for slug in platforms.all()},
    dict.fromkeys(platforms.all(), SAME),
)
