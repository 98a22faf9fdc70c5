"""The matrix for machines that want little: two or four bits for each cell, or CSV for a spreadsheet."""

import csv
import io

import numpy as np
from numpy.typing import NDArray

from monitoring.cell import Observed, Verdict
from monitoring.matrix import Matrix

CODE = {Observed.NEVER: 0, Observed.OK: 1, Observed.FAILED: 2, Observed.STALE: 3}
CELLS_PER_OCTET = 4

VERDICT_CODE = {Verdict.UNKNOWN: 0, Verdict.OK: 1, Verdict.LOST: 2, Verdict.LEAK: 3, Verdict.BLOCKED: 4}
ENTITLED = 8
"""Fourth bit of a cell in :func:`verdict_octets`."""


def octets(matrix: Matrix) -> bytes:
    """A row for each site, four cells in an octet, lowest bits first, rows padded with 0 to whole octets."""
    width = -(-len(matrix.services) // CELLS_PER_OCTET)
    rows = bytearray(width * len(matrix.sites))
    for place, cell in enumerate(matrix.cells):
        row, column = divmod(place, len(matrix.services))
        rows[row * width + column // CELLS_PER_OCTET] |= CODE[cell.observed] << 2 * (column % CELLS_PER_OCTET)
    return bytes(rows)


def verdict_codes(matrix: Matrix) -> NDArray[np.uint8]:
    """Verdict (lowest three bits) and entitlement (the fourth) of every cell, an array of sites by services."""
    codes = (VERDICT_CODE[cell.verdict] | ENTITLED * cell.entitled for cell in matrix.cells)
    return np.fromiter(codes, np.uint8, len(matrix.cells)).reshape(len(matrix.sites), len(matrix.services))


def verdict_octets(matrix: Matrix) -> bytes:
    """A row for each site, two cells in an octet, lowest bits first, rows padded with 0 to whole octets."""
    codes = verdict_codes(matrix)
    even = np.pad(codes, ((0, 0), (0, codes.shape[1] % 2)))
    return (even[:, 0::2] | even[:, 1::2] << 4).tobytes()


def octets_index(matrix: Matrix) -> dict[str, list[str]]:
    """What the rows and columns of :func:`octets` are, in order."""
    return {"sites": list(matrix.sites), "services": list(matrix.services)}


def as_csv(matrix: Matrix) -> str:
    """A line for each cell, reasons spelled out in three columns."""
    out = io.StringIO()
    columns = [name for name in matrix.cells[0].__dataclass_fields__ if name != "reason"] if matrix.cells else []
    writer = csv.writer(out)
    writer.writerow([*columns, "reason_class", "reason_element", "reason_text"])
    for cell in matrix.cells:
        reason = cell.reason
        words = [reason.fault, reason.element, reason.text] if reason is not None else ["", "", ""]
        values = [getattr(cell, name) for name in columns]
        writer.writerow([*(str(v).lower() if isinstance(v, bool) else v for v in values), *words])
    return out.getvalue()
