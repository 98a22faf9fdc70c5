"""The inventory plugin, found by Ansible through ansible.cfg."""
