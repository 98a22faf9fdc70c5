"""Backups as a git repository: what devices ran, when, and who changed which line."""
