"""What should be true: the facts of the network and where they come from."""
