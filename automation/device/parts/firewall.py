"""Part `nftables`: one table `inet silesianet`, replaced in one kernel transaction."""

import re

from automation.device.commands import CommandError, Refusal, run
from automation.device.parts.part import Part

TABLE = "table inet silesianet"
LISTINGS = 4


class Firewall(Part):
    """The one table; other tables on the device are not looked at."""

    def read(self) -> str:
        try:
            return run(["nft", "-s", "list", *TABLE.split()])
        except CommandError as fault:
            if "No such file or directory" in str(fault):
                return ""
            raise

    def canonical(self, text: str) -> str:
        """As the kernel lists it once it lists what it was given: two prefixes become a set of one range,
        and only the next listing has the range without the set."""
        for _ in range(LISTINGS):
            given, text = text, self._listed(text)
            if text == given:
                break
        return text

    def _listed(self, text: str) -> str:
        """Loaded into a network namespace that lives for this one command, and listed there."""
        if not text:
            return ""
        try:
            listed = run(["unshare", "-n", "sh", "-c", "nft -f - && nft -s list ruleset"], stdin=text)
        except CommandError as fault:
            raise _refusal(str(fault)) from fault
        if re.findall(r"^table .*?(?= \{$)", listed, re.MULTILINE) != [TABLE]:
            raise Refusal("nftables", f"exactly one table is allowed, {TABLE!r}")
        return listed

    def apply(self, text: str) -> None:
        run(["nft", "-f", "-"], stdin=f"{TABLE}\ndelete {TABLE}\n{text}")


def _refusal(said: str) -> Refusal:
    found = re.search(r"/dev/stdin:(\d+):\d+-\d+: Error: (.*)", said)
    if found is None:
        return Refusal("nftables", said)
    return Refusal("nftables", found[2], int(found[1]))
