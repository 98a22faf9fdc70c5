"""Tables of how right the platform is: faults by class, losses predicted and seen."""

from monitoring.calibration import Calibration, compare, confusion
from monitoring.cell import Fault


def test_faults_are_counted_by_what_they_were_and_what_was_found() -> None:
    found = confusion([("outage", Fault.OUTAGE), ("outage", "leak"), ("leak", Fault.LEAK), ("config_drift", None)])
    assert found.classes == ("outage", "config_drift", "leak", "none")
    assert (found.cases, found.right, found.accuracy) == (4, 2, 0.5)
    assert found.lines()[0] == "| injected \\ found | outage | config_drift | leak | none |"
    assert "| outage | 1 | 0 | 1 | 0 |" in found.lines()
    assert {"injected": "outage", "found": "leak", "count": 1} in found.document()["cells"]
    assert confusion([]).accuracy == 1.0


def test_losses_predicted_and_seen_are_compared_cell_by_cell() -> None:
    exact = compare("link:a", [("one", "wbo")], [("one", "wbo")], 10)
    wrong = compare("link:b", [("one", "wbo"), ("two", "wbo")], [("two", "wbo"), ("two", "edms")], 10)
    found = Calibration((exact, wrong))
    assert (set(wrong.missed), set(wrong.spared)) == ({("two", "edms")}, {("one", "wbo")})
    assert (found.cells, found.missed, found.spared, found.share) == (20, 1, 1, 0.9)
    assert found.wrong == (wrong,)
    assert found.lines()[-1] == "| `link:b` | 2 | 2 | !two/edms +one/wbo |"
    assert len(Calibration((exact,)).lines()) == 1 and Calibration(()).share == 1.0
    assert found.document()["wrong"] == [{"element": "link:b", "missed": [("two", "edms")], "spared": [("one", "wbo")]}]
