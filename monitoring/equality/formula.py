"""The one formula of the equal-access index: four shares per site, weighed by people, put together by four weights.

For a group of sites and each part (usable, speed, resilience, time):

    part(group) = sum over its sites of people x part(site)  /  sum of people        (sites where the part is known)
    index(group) = 100 x sum of weight x part(group)  /  sum of weight               (parts that are known)

A site that states no people counts as one person. Every part lies between 0 and 1 and no weight is negative, so the
index never falls when a part of a site rises.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inventory.model.service import Service
from monitoring.settings import EqualitySettings

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]


class Part(StrEnum):
    """The parts of the index, in the order of every array of them."""

    USABLE = "usable"
    SPEED = "speed"
    RESILIENCE = "resilience"
    TIME = "time"


LEAST_CRITICAL = 4


def weight(service: Service) -> int:
    """What an e-service counts: criticality 1 (the gravest) four times as much as criticality 4."""
    return LEAST_CRITICAL + 1 - service.criticality


def weights(settings: EqualitySettings) -> Floats:
    """Weights of the parts."""
    return np.array([getattr(settings, f"weight_{part}") for part in Part], np.float64)


@dataclass(frozen=True, eq=False)
class Means:
    """Groups by number: index 0 to 100, parts 0 to 1 (groups, parts), sites and people; NaN where nothing is known."""

    index: Floats
    parts: Floats
    sites: Ints
    people: Ints


def means(parts: Floats, people: Ints, label: Ints, groups: int, weighing: Floats) -> Means:
    """Apply the formula; ``parts`` is (sites, parts) with NaN for the unknown, ``label`` the group of each site."""
    heads = np.maximum(people, 1).astype(np.float64)
    shares = np.full((groups, len(Part)), np.nan)
    for k in range(len(Part)):
        known = ~np.isnan(parts[:, k])
        of, head = label[known], heads[known]
        total = np.bincount(of, head, groups)
        got = np.bincount(of, head * parts[known, k], groups)
        np.divide(got, total, out=shares[:, k], where=total > 0)
    sites = np.bincount(label, minlength=groups).astype(np.int64)
    served = np.bincount(label, people, groups).astype(np.int64)
    return Means(_index(shares, weighing), shares, sites, served)


def _index(shares: Floats, weighing: Floats) -> Floats:
    known = ~np.isnan(shares)
    total = known @ weighing
    found = np.full(len(shares), np.nan)
    np.divide(np.where(known, shares, 0.0) @ weighing * 100, total, out=found, where=total > 0)
    return found
