"""What each kind of node starts with: the least that lets it be reached, and nothing of its configuration."""
