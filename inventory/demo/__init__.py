"""The demonstration city: an invented network on real places of Gliwice, shipped as data."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def gliwice() -> Traversable:
    """Return the folder of YAML files of the demonstration city."""
    return files(__name__) / "gliwice"
