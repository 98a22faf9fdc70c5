"""Ansible lookup: the device program, for the module that brings it to the device."""

from base64 import b64encode
from typing import Any

from ansible.plugins.lookup import LookupBase

from automation.transports.tool import sn_bundle

DOCUMENTATION = """
name: silesianet_tool
short_description: the program sn-bundle, base64
description: One string, the same from the same source.
"""


class LookupModule(LookupBase):  # type: ignore[misc]  # Ansible has no types
    """The plugin Ansible loads by its file name."""

    def run(self, _terms: Any, _variables: Any = None, **_options: Any) -> list[str]:
        """The program as one string."""
        return [b64encode(sn_bundle().content).decode()]
