"""Serves SilesiaNet's inventory to Ansible, so that playbooks and `silesianet` never work from two lists of devices."""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable

from inventory.errors import SilesiaNetError
from inventory.model.network import Network
from inventory.settings import Settings
from playbooks.hosts import Host, hosts_of
from playbooks.login import Login, login
from playbooks.sources import network_of

DOCUMENTATION = """
name: silesianet
short_description: devices of the SilesiaNet inventory
description:
  - Every device that SilesiaNet configures, nearest to the management station first.
  - Groups are C(role_*), C(class_*), C(platform_*), C(tenant_*), C(district_*) and C(hops_*).
  - While a lab is up in C(SILESIANET_HOME), devices are reached in it with the lab's own key and pinned host keys.
extends_documentation_fragment: [constructed]
options:
  plugin:
    description: This plugin.
    required: true
    choices: [silesianet]
  source:
    description: Where the inventory is read - the store of this installation, a folder of YAML files, or the REST API.
    default: store
    choices: [store, folder, api]
    env: [{name: SILESIANET_ANSIBLE_SOURCE}]
  folder:
    description: Folder of YAML files, for C(source=folder).
    type: path
    env: [{name: SILESIANET_ANSIBLE_FOLDER}]
  url:
    description: Address of the API, for C(source=api).
    env: [{name: SILESIANET_ANSIBLE_URL}]
  token_file:
    description: File that holds an access token of role viewer, for C(source=api).
    type: path
    env: [{name: SILESIANET_ANSIBLE_TOKEN_FILE}]
"""


class InventoryModule(BaseInventoryPlugin, Constructable):  # type: ignore[misc]  # Ansible has no types
    """The plugin Ansible loads by its file name."""

    NAME = "silesianet"

    def verify_file(self, path: str) -> bool:
        """Read only a file named for us."""
        return bool(super().verify_file(path)) and Path(path).name in ("silesianet.yaml", "silesianet.yml")

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill Ansible's inventory; what is wrong is said in one line."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            network = self._network()
            way = login(Settings().home)
        except SilesiaNetError as error:
            raise AnsibleParserError(str(error)) from error
        for host in hosts_of(network):
            self._add(host, way)

    def _network(self) -> Network:
        options = (self.get_option(name) for name in ("source", "folder", "url", "token_file"))
        return network_of(*options)

    def _add(self, host: Host, way: Login) -> None:
        self.inventory.add_host(host.name)
        for group in host.groups:
            self.inventory.add_child(self.inventory.add_group(group), host.name)
        variables = {**host.variables, **way.variables(host)}
        for name, value in variables.items():
            self.inventory.set_variable(host.name, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host.name, strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host.name, strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host.name, strict)
