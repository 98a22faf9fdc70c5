"""Both sides at one moment: our inventory, what NetBox said last, and which of its objects is which of ours."""

from functools import cached_property

from inventory.model.network import Network
from inventory.sources.netbox.identify import Theirs, identify
from inventory.sources.netbox.mirror import Mirror
from inventory.sources.netbox.models import MODELS, Shelf
from inventory.sources.netbox.project import project


class Sides:
    """What is compared. Most objects are known by number, so what NetBox would hold is worked out only when needed."""

    def __init__(self, mirror: Mirror, network: Network) -> None:
        self._mirror, self.network = mirror, network
        self._pairing = mirror.pairing()
        rows = {path: mirror.rows(path) for path in MODELS}
        self.theirs: Theirs = identify(rows, self._pairing, lambda path: self.ours[path])

    @cached_property
    def ours(self) -> Shelf:
        """What NetBox would hold if it held exactly our inventory."""
        return project(self.network)

    @cached_property
    def paired(self) -> dict[str, frozenset[str]]:
        """Keys by path that both sides had at the last exchange."""
        return {path: frozenset(known.values()) for path, known in self._pairing.items()}

    def remember(self, network: Network) -> None:
        """Pair what both sides have now, our side being ``network``.

        What one side lost and the other kept stays paired, so that it is told again.
        """
        if network is self.network and "ours" not in vars(self):
            return  # every object was known, and nothing was written
        ours = self.ours if network is self.network else project(network)
        both = {}
        for path, found in self.theirs.numbers.items():
            known = self._pairing.get(path, {})
            both[path] = {key: number for number, key in known.items() if (key in ours[path]) != (key in found)}
            both[path] |= {key: number for key, number in found.items() if key in ours[path]}
        self._mirror.pair(both)
