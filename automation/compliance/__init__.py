"""Rules that the configuration of every device is held to: one file each in `rules`, found by being there."""
