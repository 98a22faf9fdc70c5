"""The matrix for machines that want little: two or four bits for each cell, or CSV for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from monitoring.cell import CELL_FIELDS, Basis, Cell, Observed, judge
from monitoring.matrix import VERDICT_CODE, Matrix

ENTITLED = 8
"""Fourth bit of a cell in :func:`verdict_octets`."""

ROWS_AT_ONCE = 200
"""Sites of which CSV is written at a time."""

CSV_FIELDS = tuple(name for name in CELL_FIELDS if name not in ("reason", "families", "flapping"))

__all__ = [
    "ENTITLED",
    "VERDICT_CODE",
    "csv_parts",
    "fingerprint",
    "octets",
    "octets_index",
    "verdict_codes",
    "verdict_octets",
]


def octets(matrix: Matrix) -> bytes:
    """A row for each site, four cells in an octet, lowest bits first, rows padded with 0 to whole octets."""
    services = len(matrix.services)
    cells = np.ascontiguousarray(np.pad(matrix.observed, ((0, 0), (0, -services % 4))))
    fours = cells.view("<u4")
    packed: NDArray[np.uint32] = fours | fours >> 6 | fours >> 12 | fours >> 18
    return packed.astype(np.uint8).tobytes()


def verdict_codes(matrix: Matrix) -> NDArray[np.uint8]:
    """Verdict (lowest three bits) and entitlement (the fourth) of every cell, an array of sites by services."""
    found: NDArray[np.uint8] = matrix.verdict | matrix.entitled.view(np.uint8) << np.uint8(3)
    return found


def verdict_octets(matrix: Matrix) -> bytes:
    """A row for each site, two cells in an octet, lowest bits first, rows padded with 0 to whole octets."""
    codes = verdict_codes(matrix)
    even = np.pad(codes, ((0, 0), (0, codes.shape[1] % 2)))
    return (even[:, 0::2] | even[:, 1::2] << 4).tobytes()


def octets_index(matrix: Matrix) -> dict[str, list[str]]:
    """What the rows and columns of :func:`octets` are, in order."""
    return {"sites": list(matrix.sites), "services": list(matrix.services)}


def fingerprint(matrix: Matrix) -> Iterator[bytes]:
    """Everything that any form of the matrix is made from, as octets to be digested: equal ones, equal forms."""
    yield "\n".join((*matrix.sites, "", *matrix.services)).encode()
    for bits in (matrix.entitled, matrix.designed, matrix.computed, matrix.sampled):
        yield np.packbits(bits).tobytes()
    seen = matrix.seen
    for array in (matrix.probed, seen.code, seen.stage, seen.since):
        yield array.tobytes()
    yield "\0".join(seen.sightings.text.tolist()).encode()
    known = matrix.reasons.known
    yield repr((sorted(known.down.items()), sorted(known.drift.items()))).encode()


def csv_parts(matrix: Matrix) -> Iterator[str]:
    """A line for each cell, reasons spelled out in three columns; some sites at a time."""
    yield _line([*CSV_FIELDS, "reason_class", "reason_element", "reason_text"]) + "\r\n"
    yield from (_csv_rows(matrix, start) for start in range(0, len(matrix.sites), ROWS_AT_ONCE))


def _csv_rows(matrix: Matrix, start: int) -> str:
    """Lines of some sites. Cells nobody ever probed differ only in a few signs, so they are written from a table."""
    rows = slice(start, start + ROWS_AT_ONCE)
    bits = (matrix.entitled, matrix.designed, matrix.computed, matrix.sampled)
    kinds = sum(array[rows].astype(np.uint8) << shift for shift, array in enumerate(bits))
    sites, services, width = matrix.sites[rows], matrix.services, len(matrix.services)
    lines = [
        f"{site},{service},{_UNPROBED[kind]}"
        for site, row in zip(sites, np.asarray(kinds).tolist(), strict=True)
        for service, kind in zip(services, row, strict=True)
    ]
    first, last = np.searchsorted(matrix.probed, (start * width, (start + len(sites)) * width))
    for place in matrix.probed[first:last].tolist():
        lines[place - start * width] = _line(_csv_row(matrix.make(place)))
    return "".join(f"{line}\r\n" for line in lines)


def _csv_row(cell: Cell) -> list[object]:
    reason = cell.reason
    words = [reason.fault, reason.element, reason.text] if reason is not None else ["", "", ""]
    values = (getattr(cell, name) for name in CSV_FIELDS)
    return [*(str(v).lower() if isinstance(v, bool) else v for v in values), *words]


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def _unprobed(kind: int) -> str:
    """The end of the line of a cell that was never probed."""
    entitled, designed, computed, sampled = (bool(kind >> shift & 1) for shift in range(4))
    observed, basis = (Observed.OK, Basis.SAMPLED) if sampled else (Observed.NEVER, Basis.NONE)
    verdict = judge(entitled, computed, observed, direct=False)
    words = (str(bit).lower() for bit in (entitled, designed, computed))
    return ",".join((*words, observed, "", basis, "", verdict, "", "", ""))


_UNPROBED = tuple(_unprobed(kind) for kind in range(16))
