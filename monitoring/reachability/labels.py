"""Which nodes hang together, told by numpy alone: a label for each node, equal where a way exists.

The larger of two labels that meet is hooked under the smaller and all labels are then shortened to their roots, until
nothing changes: a few passes over the links, whatever the shape of the network.
"""

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]


def labels(nodes: int, one: Ints, other: Ints) -> Ints:
    """The least node of the part each node belongs to, given the ends of the links that work."""
    label = np.arange(nodes)
    while len(one):
        a, b = label[one], label[other]
        apart = a != b
        if not apart.any():
            break
        one, other, a, b = one[apart], other[apart], a[apart], b[apart]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        label = _rooted(label)
    return label


def _rooted(label: Ints) -> Ints:
    """Labels that point at labels followed to their end."""
    while True:
        further = label[label]
        if np.array_equal(further, label):
            return label
        label = further
