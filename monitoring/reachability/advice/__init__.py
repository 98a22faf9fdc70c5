"""What is worth building against single failures, and what a change would do before it is saved."""

from monitoring.reachability.advice.rehearsal import Rehearsal, rehearse

__all__ = ["Rehearsal", "rehearse"]
