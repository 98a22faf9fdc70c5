"""The bundle text: what is written is read back, what is out of place is named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.bundle import MARK, PARTS, Bundle, BundleError, changed, difference

LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r")), max_size=5).map("\n".join)
TEXTS = LINES.filter(lambda text: not any(line.startswith(MARK) for line in text.split("\n")))
BUNDLES = st.dictionaries(st.sampled_from(PARTS), TEXTS, min_size=1).map(Bundle.of)


@given(BUNDLES)
def test_what_is_written_is_read_back(bundle: Bundle) -> None:
    assert Bundle.parse(str(bundle)) == bundle


@given(BUNDLES)
def test_line_ends_of_another_system_make_no_difference(bundle: Bundle) -> None:
    assert Bundle.parse(str(bundle).replace("\n", "\r\n")) == bundle


@given(BUNDLES, BUNDLES)
def test_an_overlaid_bundle_has_the_other_ones_parts_and_keeps_the_rest(below: Bundle, above: Bundle) -> None:
    assert below.overlaid(above).texts() == below.texts() | above.texts()


@given(BUNDLES)
def test_a_bundle_differs_in_nothing_from_itself(bundle: Bundle) -> None:
    assert changed(bundle, bundle) == frozenset()
    assert difference(bundle, bundle) == ""


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no part"),
        ("\nhostname r1\n#! part frr\n", 2, "before the first"),
        ("#! part frr\n!\n#! part quagga\n", 3, "unknown part 'quagga'"),
        ("#! part frr\n#! part frr \n", 2, "unknown part 'frr '"),
        ("#! part frr\n\n#! part frr\n", 3, "given twice"),
    ],
)
def test_what_is_out_of_place_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(BundleError, match=reason) as caught:
        Bundle.parse(text)
    assert caught.value.line == line


def test_parts_stand_in_the_order_in_which_they_are_applied() -> None:
    bundle = Bundle.parse("#! part snmpd\nsysName r1\n#! part frr\nhostname r1\n")
    assert str(bundle) == "#! part frr\nhostname r1\n#! part snmpd\nsysName r1\n"


def test_the_difference_is_shown_part_by_part() -> None:
    running = Bundle.of({"frr": "hostname r1\n", "shaping": "eth1 300000000\n"})
    candidate = Bundle.of({"frr": "hostname r1\n", "shaping": "eth1 500000000\n"})
    assert difference(running, candidate).splitlines() == [
        "--- running/shaping", "+++ candidate/shaping", "@@ -1 +1 @@", "-eth1 300000000", "+eth1 500000000",
    ]  # fmt: skip
