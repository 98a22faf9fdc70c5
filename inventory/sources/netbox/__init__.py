"""NetBox, both ways: what it knows is pulled into the inventory, what only we know is pushed to it."""
