"""The matrix for machines that want little: two bits for each cell, or CSV for a spreadsheet."""

import csv
import io

from monitoring.cell import Observed
from monitoring.matrix import Matrix

CODE = {Observed.NEVER: 0, Observed.OK: 1, Observed.FAILED: 2, Observed.STALE: 3}
CELLS_PER_OCTET = 4


def octets(matrix: Matrix) -> bytes:
    """A row for each site, four cells in an octet, lowest bits first, rows padded with 0 to whole octets."""
    width = -(-len(matrix.services) // CELLS_PER_OCTET)
    rows = bytearray(width * len(matrix.sites))
    for place, cell in enumerate(matrix.cells):
        row, column = divmod(place, len(matrix.services))
        rows[row * width + column // CELLS_PER_OCTET] |= CODE[cell.observed] << 2 * (column % CELLS_PER_OCTET)
    return bytes(rows)


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
