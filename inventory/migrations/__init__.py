"""Schema migrations of the one database, in order."""
