"""What is worked out from a network, kept for the few networks asked about lately: a network never changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from inventory.model.network import Network


class Kept[K: Hashable, V]:
    """Results of ``make(network, key)``, told apart by the identity of the network: to hash a large one takes long."""

    def __init__(self, make: Callable[[Network, K], V], size: int) -> None:
        self._make, self._size, self._lock = make, size, Lock()
        self._found: OrderedDict[tuple[int, K], tuple[Network, V]] = OrderedDict()

    def __call__(self, network: Network, key: K) -> V:
        """The result, worked out once however many threads ask."""
        place = (id(network), key)
        with self._lock:
            found = self._found.get(place)
            if found is None or found[0] is not network:
                found = self._found[place] = (network, self._make(network, key))
            self._found.move_to_end(place)
            while len(self._found) > self._size:
                self._found.popitem(last=False)
            return found[1]
