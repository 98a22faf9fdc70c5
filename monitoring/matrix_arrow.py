"""The matrix for those who calculate: columns of Apache Arrow, some sites at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from monitoring.cell import Basis, Fault
from monitoring.matrix import VERDICTS, Matrix
from monitoring.sightings import OBSERVED, STAGES

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
ROWS_AT_ONCE = 500
"""Sites in a record batch."""

BASES = (Basis.NONE, Basis.SAMPLED, Basis.DIRECT)

_WORDS = pa.dictionary(pa.int8(), pa.string())
SCHEMA = pa.schema(
    [
        ("site", pa.dictionary(pa.int32(), pa.string())),
        ("service", pa.dictionary(pa.int32(), pa.string())),
        ("entitled", pa.bool_()),
        ("designed", pa.bool_()),
        ("computed", pa.bool_()),
        ("observed", _WORDS),
        ("stage", _WORDS),
        ("basis", _WORDS),
        ("since", pa.timestamp("ms", "UTC")),
        ("verdict", _WORDS),
        ("reason_class", _WORDS),
        ("reason_element", pa.string()),
        ("reason_text", pa.string()),
    ]
)


class _Sink:
    """Collects what the writer of a stream has written."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found


def arrow_parts(matrix: Matrix) -> Iterator[bytes]:
    """The matrix as an Arrow stream (IPC), a part for each record batch; cells in the order of the contract."""
    sink = _Sink()
    sites, services = pa.array(matrix.sites, pa.string()), pa.array(matrix.services, pa.string())
    with pa.ipc.new_stream(sink, SCHEMA) as writer:
        for start in range(0, len(matrix.sites), ROWS_AT_ONCE):
            writer.write_batch(_batch(matrix, start, sites, services))
            yield sink.taken()
    yield sink.taken()


def _batch(matrix: Matrix, start: int, sites: Any, services: Any) -> Any:
    rows = slice(start, min(start + ROWS_AT_ONCE, len(matrix.sites)))
    count, width = rows.stop - start, len(matrix.services)
    first, last = np.searchsorted(matrix.probed, (start * width, rows.stop * width))
    probed = matrix.probed[first:last] - start * width

    def spread(values: NDArray[Any], kind: Any) -> NDArray[Any]:
        """Values of the probed cells at their places, 0 elsewhere."""
        found = np.zeros(count * width, kind)
        found[probed] = values[first:last]
        return found

    stage, seen = spread(matrix.seen.stage, np.int8), spread(np.ones(len(matrix.probed), np.int8), np.int8)
    since = spread((matrix.seen.since * 1e6).round() // 1000, np.int64)
    basis = matrix.sampled[rows].reshape(-1).view(np.int8) + 2 * seen
    bits = (pa.array(array[rows].reshape(-1)) for array in (matrix.entitled, matrix.designed, matrix.computed))
    site = np.repeat(np.arange(start, rows.stop, dtype=np.int32), width)
    service = np.tile(np.arange(width, dtype=np.int32), count)
    return pa.record_batch(
        [
            pa.DictionaryArray.from_arrays(pa.array(site), sites),
            pa.DictionaryArray.from_arrays(pa.array(service), services),
            *bits,
            _coded(matrix.observed[rows].reshape(-1).view(np.int8), OBSERVED),
            _coded(stage - 1, STAGES[1:], stage == 0),
            _coded(basis, BASES),
            pa.array(since, pa.timestamp("ms", "UTC"), mask=seen == 0),
            _coded(matrix.verdict[rows].reshape(-1).view(np.int8), VERDICTS),
            *_reasons(matrix, start * width, count * width),
        ],
        schema=SCHEMA,
    )


def _coded(codes: NDArray[np.int8], names: Sequence[str | None], mask: NDArray[np.bool_] | None = None) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8(), mask=mask), pa.array(list(names), pa.string()))


def _reasons(matrix: Matrix, start: int, count: int) -> Iterator[Any]:
    """Class, element and text of the reasons of some cells."""
    first, last = np.searchsorted(matrix.reasoned, (start, start + count))
    cells = [(place - start, matrix.make(place).reason) for place in matrix.reasoned[first:last].tolist()]
    faults = np.full(count, -1, np.int8)
    elements = np.full(count, None, object) if cells else None
    texts = elements.copy() if elements is not None else None
    for place, reason in cells:
        if reason is not None and elements is not None and texts is not None:
            faults[place] = _FAULTS.index(reason.fault)
            elements[place], texts[place] = reason.element, reason.text
    yield _coded(faults, _FAULTS, faults < 0)
    for column in (elements, texts):
        yield pa.nulls(count, pa.string()) if column is None else pa.array(column, pa.string())


_FAULTS = tuple(Fault)
