"""How far below a circuit's rate we send, so that the queue forms in our device and not in somebody else's."""

from inventory.model.link import Medium

MARGIN_PERCENT = {Medium.FIBRE: 0, Medium.LEASED: 2, Medium.RADIO: 5, Medium.LTE: 10}
"""Part of the circuit's rate left free: nothing on own fibre, more where a foreign policer or the air decides."""

STEP_BPS = 8
"""Kernel shapers count octets per second."""


def shaped_bps(rate_bps: int, medium: Medium) -> int:
    """Rate to shape to, in bits per second, whole octets."""
    return rate_bps * (100 - MARGIN_PERCENT[medium]) // 100 // STEP_BPS * STEP_BPS
