"""Power: what happens to a node's processes and links when it is switched on or off."""

from collections.abc import Iterable
from pathlib import Path

from lab.namespaces import run, text_of


def on(node: Path, *, cut: Iterable[str] = ()) -> None:
    """Switch a node on; interfaces whose cable is cut stay down."""
    run(node, ["sh", str(node / "boot.sh")], environment={"DOWN": " ".join(cut)}, timeout=120)


def off(node: Path) -> None:
    """Switch a node off: daemons killed, links down, volatile state gone; the namespaces stay."""
    (node / "power_off.sh").write_text(text_of("scripts/power_off.sh"))
    run(node, ["sh", str(node / "power_off.sh")])
