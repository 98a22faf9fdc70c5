"""Whether this machine can carry a lab: every primitive is tried in a throw-away namespace, not looked up."""

import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from inventory.model.fact import Fact
from lab.bootstrap.router import DAEMONS

_NAMESPACE = ("unshare", "-n", "-m", "-u", "-i", "-p", "--fork", "--mount-proc", "--kill-child")
_PAIR = "ip link add v1 type veth peer name v2; ip link set v1 up; ip link set v2 up; "
_SECONDS = 30


class Finding(Fact):
    """One thing a lab needs, and whether it is there."""

    name: str
    ok: bool
    reason: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A shell text that succeeds exactly where the primitive works, and the Debian package that brings it."""

    name: str
    attempt: str
    package: str | None


KERNEL = None
"""No package helps: the kernel or the container's rights lack it."""

PRIMITIVES = (
    Primitive("namespaces", "mount -t sysfs sysfs /sys; hostname doctor", "util-linux, and root rights"),
    Primitive("nsenter", "nsenter --version; setpriv --version", "util-linux"),
    Primitive("tmpfs and overlay", "mount -t tmpfs t /mnt; mkdir /mnt/u /mnt/w; mount -t overlay o "
              "-o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc; touch /etc/doctor", KERNEL),
    Primitive("ip", "ip -V; ip link set lo up; ip addr add 192.0.2.1/32 dev lo", "iproute2"),
    Primitive("veth", _PAIR + "ip addr add 192.0.2.1/31 dev v1", KERNEL),
    Primitive("bridge", _PAIR + "ip link add sw1 type bridge; ip link set v1 master sw1", KERNEL),
    Primitive("tbf", _PAIR + "tc qdisc add dev v1 root tbf rate 10mbit burst 16kb latency 50ms", KERNEL),
    Primitive("nft", "nft add table inet t; nft add chain inet t c '{ type filter hook forward priority 0; }'; "
              "nft add rule inet t c ct state established accept", "nftables"),
    Primitive("nft netdev", _PAIR + "nft add table netdev t; for h in ingress egress; do nft add chain netdev t c$h "
              "\"{ type filter hook $h device v1 priority 0; }\"; "
              "nft add rule netdev t c$h numgen random mod 100 \\< 5 drop; done", KERNEL),
    Primitive("forwarding", "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 "
              "net.ipv4.igmp_max_memberships=2000", "procps"),
    *(Primitive(name, f"/usr/lib/frr/{name} --version", "frr") for name in DAEMONS),
    Primitive("frr snmp", "ls /usr/lib/*/frr/modules/zebra_snmp.so /usr/lib/*/frr/modules/ospfd_snmp.so", "frr-snmp"),
    Primitive("frr-reload", "/usr/lib/frr/frr-reload.py --help", "frr-pythontools"),
    Primitive("vtysh", "vtysh --help", "frr"),
    Primitive("snmpd", "snmpd -v", "snmpd"),
    Primitive("sshd", "ssh-keygen -q -t ed25519 -N '' -f /run/k; chmod 700 /run; mkdir -p /run/sshd; "
              "/usr/sbin/sshd -t -f /dev/null -h /run/k", "openssh-server"),
    Primitive("dnsmasq", "dnsmasq --test --conf-file=/dev/null", "dnsmasq-base"),
    Primitive("dhclient", "command -v dhclient", "isc-dhcp-client"),
    Primitive("python3", "/usr/bin/python3 -c 'import asyncio, ssl, json, sqlite3'", "python3"),
    Primitive("openssl", "openssl version", "openssl"),
    Primitive("iperf3", "iperf3 --version", "iperf3"),
    Primitive("ping", "ip link set lo up; ping -c 1 -W 1 127.0.0.1", "iputils-ping"),
)  # fmt: skip


def examine(primitives: Iterable[Primitive] = PRIMITIVES) -> tuple[Finding, ...]:
    """Try everything a lab needs; nothing is left behind."""
    with ThreadPoolExecutor(4) as pool:
        return tuple(pool.map(_try, primitives))


def _try(primitive: Primitive) -> Finding:
    """Each attempt sees a private, empty /run, so that it can write files and leave none."""
    text = f"set -e; mount -t tmpfs t /run; {primitive.attempt}"
    try:
        done = subprocess.run(
            [*_NAMESPACE, "sh", "-c", text], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=_SECONDS, check=False, text=True, errors="replace",
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        reason = "" if done.returncode == 0 else (done.stdout.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    except FileNotFoundError:
        reason = "unshare is not installed"
    except subprocess.TimeoutExpired:
        reason = f"did not finish in {_SECONDS} s"
    if not reason:
        return Finding(name=primitive.name, ok=True)
    package = primitive.package
    fix = f"apt-get install --no-install-recommends {package}" if package else "needs a kernel (or container) with it"
    return Finding(name=primitive.name, ok=False, reason=reason, fix=fix)
