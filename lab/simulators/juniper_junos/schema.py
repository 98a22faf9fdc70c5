"""What a simulated Junos can be told: its statements, how many values each has, and how they are written in braces and
in XML.

Only what the platform's configuration uses is known in detail, and what is often seen beside it.
"""

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """How a statement is built."""

    CONTAINER = " "
    """Goes when nothing is left below it."""
    PRESENT = "?"
    """Means something by itself, so it stays when nothing is left below it."""
    FLAG = "!"
    LEAF = "="
    VALUES = "*"
    NAMED = "<>"
    """One for each name, ``unit 0``."""
    BLOCK = "{}"
    """One for each name, written in one pair of braces."""
    FREE = "~"
    """Anything may stand below; nothing is known about it."""


MARKS = (Kind.NAMED, Kind.BLOCK, Kind.PRESENT, Kind.FLAG, Kind.LEAF, Kind.VALUES, Kind.FREE)


@dataclass
class Spec:
    """A statement by its word; ``hidden`` is what entries are that are written by their names alone, not ``typed``."""

    word: str
    kind: Kind
    below: dict[str, "Spec"] = field(default_factory=dict)
    hidden: "Spec | None" = None
    typed: bool = True

    @property
    def many(self) -> bool:
        """Whether there is one for each name."""
        return self.kind in (Kind.NAMED, Kind.BLOCK)


TEXT = """
version=
groups~
apply-groups*
chassis~
event-options~
security~
system
  host-name=
  domain-name=
  domain-search*
  time-zone=
  name-server{}
  authentication-order*
  root-authentication
    encrypted-password=
    ssh-rsa{}
    ssh-ed25519{}
  tacplus-server{}
    secret=
    port=
    timeout=
    source-address=
  radius-server{}
    secret=
  login~
  services~
  ports~
  license~
  scripts~
  internet-options~
  management-instance!
  max-configurations-on-flash=
  syslog
    host<>
      <contents>
        any!
        notice!
        info!
        warning!
        error!
        critical!
      port=
      source-address=
    file~
    user~
    console~
    archive~
  ntp
    server<>
      prefer!
      version=
    boot-server=
    source-address<>
interfaces
  <interface>
    description=
    disable!
    vlan-tagging!
    flexible-vlan-tagging!
    per-unit-scheduler!
    mtu=
    native-vlan-id=
    speed=
    gigether-options~
    unit<>
      description=
      disable!
      vlan-id=
      family
        inet?
          mtu=
          dhcp?
          address<>
            primary!
            preferred!
          filter
            input=
            output=
            input-list*
            output-list*
        inet6?
          mtu=
          address<>
            primary!
            preferred!
          filter
            input=
            output=
        mpls?
        iso?
          address<>
        ethernet-switching?
          interface-mode=
          vlan
            members*
snmp
  name=
  description=
  contact=
  location=
  view<>
    oid<>
      include!
      exclude!
  community<>
    authorization=
    view=
    clients{}
  trap-group~
  v3
    usm
      local-engine
        user<>
          authentication-sha
            authentication-password=
            authentication-key=
          privacy-aes128
            privacy-password=
            privacy-key=
    vacm
      access
        group<>
          default-context-prefix
            security-model<>
              security-level<>
                read-view=
                notify-view=
      security-to-group
        security-model<>
          security-name<>
            group=
forwarding-options~
policy-options
  prefix-list<>
    <prefix-list-item>
  policy-statement<>
    term<>
      from
        protocol*
        neighbor*
        prefix-list<>
        route-filter<>
          exact!
          orlonger!
      then
        accept!
        reject!
        metric=
    then
      accept!
      reject!
class-of-service
  interfaces
    <interface>
      shaping-rate=
      scheduler-map=
      unit<>
        shaping-rate=
        scheduler-map=
  schedulers~
  scheduler-maps~
  forwarding-classes~
firewall
  family
    inet
      filter<>
        interface-specific!
        term<>
          from
            protocol*
            source-address{}
            destination-address{}
            source-port*
            destination-port*
            icmp-type*
            icmp-code*
            tcp-established!
            tcp-initial!
            source-prefix-list{}
            destination-prefix-list{}
          then
            accept!
            discard!
            reject!
            count=
            log!
            syslog!
            policer=
            next=
    inet6
      filter<>
        interface-specific!
        term<>
          from
            next-header*
            payload-protocol*
            source-address{}
            destination-address{}
            source-port*
            destination-port*
            icmp-type*
            icmp-code*
            tcp-established!
            source-prefix-list{}
            destination-prefix-list{}
          then
            accept!
            discard!
            reject!
            count=
            log!
            syslog!
            policer=
            next=
  policer<>
    if-exceeding
      bandwidth-limit=
      burst-size-limit=
    then
      discard!
routing-instances~
routing-options
  router-id=
  autonomous-system=
  static
    route<>
      next-hop*
      reject!
      discard!
      preference=
      metric=
      no-readvertise!
      qualified-next-hop<>
        preference=
        metric=
  rib<>
    static
      route<>
        next-hop*
        reject!
        discard!
        preference=
        qualified-next-hop<>
          preference=
protocols
  ospf
    export*
    reference-bandwidth=
    spf-options
      delay=
    area<>
      stub?
      interface<>
        interface-type=
        passive!
        disable!
        metric=
        hello-interval=
        dead-interval=
        retransmit-interval=
        priority=
        bfd-liveness-detection
          minimum-interval=
          multiplier=
  ospf3
    export*
    spf-options
      delay=
    area<>
      interface<>
        interface-type=
        passive!
        disable!
        metric=
        hello-interval=
        dead-interval=
        retransmit-interval=
        bfd-liveness-detection
          minimum-interval=
          multiplier=
  bgp~
  lldp~
  rstp~
vlans
  <vlan>
    vlan-id=
    description=
    l3-interface=
"""


def _read(text: str) -> Spec:
    top = Spec("", Kind.CONTAINER)
    open_: list[tuple[int, Spec]] = [(-1, top)]
    for line in text.splitlines():
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        while open_[-1][0] >= depth:
            open_.pop()
        above, word = open_[-1][1], line.strip()
        if word.startswith("<"):
            spec = above.hidden = Spec(word.strip("<>"), Kind.NAMED, typed=False)
        else:
            kind = next((kind for kind in MARKS if word.endswith(kind.value)), Kind.CONTAINER)
            spec = Spec(word.removesuffix(kind.value).strip(), kind)
            above.below[spec.word] = spec
        open_.append((depth, spec))
    return top


TOP = _read(TEXT)
USERS_ORDER = frozenset({"term", "policy-statement", "authentication-order"})
"""Statements that are kept in the order they were given; others are printed sorted."""
