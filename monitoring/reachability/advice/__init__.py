"""What is worth building against single failures, and what a change would do before it is saved."""

from monitoring.reachability.advice.advisor import Advice, Worth, advise
from monitoring.reachability.advice.rehearsal import Rehearsal, rehearse
from monitoring.reachability.advice.wishes import wishes

__all__ = ["Advice", "Rehearsal", "Worth", "advise", "rehearse", "wishes"]
