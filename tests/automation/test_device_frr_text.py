"""FRR text: order and decoration are no difference, merging is adding and taking away lines."""

from automation.device.parts.frr_text import aligned, blocks, merged, text_of

RUNNING = """\
frr defaults traditional
hostname r1
ip route 0.0.0.0/0 10.0.0.0
!
interface eth1
 ip address 10.0.0.1/31
 ip ospf area 0
exit
!
router ospf
 ospf router-id 10.255.0.1
exit
!
"""


def test_show_running_config_loses_only_its_decoration() -> None:
    shown = f"Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\n{RUNNING}!\nend\n"
    assert text_of(blocks(shown)) == RUNNING


def test_another_order_is_no_difference() -> None:
    other = """\
hostname r1
router ospf
  ospf router-id  10.255.0.1
interface eth1
 ip ospf area 0
 ip address 10.0.0.1/31
exit
interface eth9
exit
ip route 0.0.0.0/0 10.0.0.0
""".replace("  ospf", " ospf")
    assert aligned(other, RUNNING) == RUNNING


def test_a_new_block_stands_where_the_candidate_has_it() -> None:
    candidate = RUNNING.replace("!\nrouter ospf", "!\ninterface lo\n ip address 10.255.0.1/32\nexit\n!\nrouter ospf")
    assert aligned(candidate, RUNNING) == candidate


def test_a_changed_block_keeps_the_candidates_order() -> None:
    candidate = RUNNING.replace(" ip address", " description uplink\n ip address")
    assert aligned(candidate, RUNNING) == candidate


def test_merging_adds_lines_and_takes_away_those_negated() -> None:
    lines = "interface eth1\n no ip ospf area 0\n ip ospf area 1\nexit\n"
    lines += "no ip route 0.0.0.0/0 10.0.0.0\nno ipv6 forwarding\n"
    result = merged(RUNNING, lines)
    assert " ip ospf area 1\n" in result
    assert "area 0" not in result
    assert "ip route" not in result
    assert "no ipv6 forwarding\n" in result
    assert "router ospf\n ospf router-id 10.255.0.1\n" in result


def test_nested_and_empty_blocks_stay_what_they_are() -> None:
    bgp = """\
router bgp 65000
 neighbor 10.0.0.0 remote-as 65001
 !
 address-family ipv4 unicast
  redistribute connected
 exit-address-family
 !
 address-family ipv6 unicast
  redistribute connected
 exit-address-family
exit
"""
    assert text_of(blocks("router ospf\nexit\n")) == "router ospf\nexit\n!\n"
    assert blocks(bgp)["router bgp 65000"].count("  redistribute connected") == 2
