"""A new box becomes the device the inventory says it is: recognised, its key pinned, configured, verified."""
