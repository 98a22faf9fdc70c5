"""Ansible playbooks, roles and the inventory plugin, shipped as data."""
