"""Part `shaping`: lines `IFACE RATE_BPS`, a token bucket at the root of each; an interface not named has no shaper."""

import json
from pathlib import Path

from automation.device.commands import Refusal, run
from automation.device.parts.lines import natural, numbered
from automation.device.parts.part import Part


class Shaping(Part):
    """The token buckets at the roots of interfaces."""

    def read(self) -> str:
        return _text(_shapers())

    def canonical(self, text: str) -> str:
        rates: dict[str, int] = {}
        for number, words in numbered(text):
            if len(words) != 2 or not words[1].isdigit() or int(words[1]) < 8000:
                raise Refusal("shaping", "expected `IFACE RATE_BPS` with a rate of at least 8000", number)
            if words[0] in rates:
                raise Refusal("shaping", f"interface {words[0]} named twice", number)
            if not Path("/sys/class/net", words[0]).exists():
                raise Refusal("shaping", f"no interface {words[0]}", number)
            rates[words[0]] = int(words[1]) // 8 * 8
        return _text(rates)

    def apply(self, text: str) -> None:
        now = _shapers()
        wanted = {name: int(rate) for _, (name, rate) in numbered(text)}
        gone = [f"qdisc del dev {name} root" for name in now if name not in wanted]
        new = [_replace(name, rate) for name, rate in wanted.items() if now.get(name) != rate]
        if gone or new:
            run(["tc", "-batch", "-"], stdin="".join(f"{line}\n" for line in gone + new))


def _replace(name: str, rate: int) -> str:
    kilobytes = max(16, rate // 8_000_000)
    return f"qdisc replace dev {name} root tbf rate {rate}bit burst {kilobytes}kb latency 50ms"


def _shapers() -> dict[str, int]:
    """Interface to rate in bit/s; tc gives octets per second."""
    qdiscs = json.loads(run(["tc", "-j", "qdisc", "show"]) or "[]")
    return {q["dev"]: int(q["options"]["rate"]) * 8 for q in qdiscs if q["kind"] == "tbf" and q.get("root")}


def _text(rates: dict[str, int]) -> str:
    return "".join(f"{name} {rates[name]}\n" for name in sorted(rates, key=natural))
