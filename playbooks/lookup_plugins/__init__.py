"""What playbooks look up on the controller."""
