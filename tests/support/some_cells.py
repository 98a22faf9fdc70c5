"""Cells of the matrix for tests that look only at the verdict and the element to blame."""

from monitoring.cell import Basis, Cell, Fault, Observed, Reason, Verdict


def cell(site: str, service: str, verdict: Verdict, blamed: str | None = None) -> Cell:
    """A cell of an entitled site."""
    observed = Observed.OK if verdict is Verdict.OK else Observed.STALE
    reason = Reason(Fault.OUTAGE, blamed, "…") if blamed else None
    return Cell(site, service, True, True, verdict is Verdict.OK, observed, None, Basis.DIRECT, None, verdict, reason)
