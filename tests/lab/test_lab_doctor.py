"""The doctor names what is missing and how to get it, and leaves nothing behind."""

from pathlib import Path

import pytest

from lab import doctor
from lab.doctor import Primitive


@pytest.mark.lab
def test_everything_a_lab_needs_is_here(lab_ready: None) -> None:
    findings = doctor.examine()
    assert [f for f in findings if not f.ok] == []
    assert {"namespaces", "veth", "bridge", "tbf", "nft", "zebra", "frr-reload", "snmpd", "sshd", "dnsmasq"} <= {
        f.name for f in findings
    }


@pytest.mark.lab
def test_a_missing_primitive_is_named_with_its_remedy(lab_ready: None) -> None:
    (absent, kernel) = doctor.examine(
        (
            Primitive("teleport", "teleport --version", "teleport-tools"),
            Primitive("vrf", "ip link add v type nosuchkind", doctor.KERNEL),
        )
    )
    assert not absent.ok
    assert "not found" in absent.reason
    assert absent.fix == "apt-get install --no-install-recommends teleport-tools"
    assert not kernel.ok
    assert "kernel" in kernel.fix


@pytest.mark.lab
def test_the_doctor_leaves_nothing(lab_ready: None) -> None:
    before = Path("/proc/self/mounts").read_text(), sorted(p.name for p in Path("/sys/class/net").iterdir())
    doctor.examine()
    assert (Path("/proc/self/mounts").read_text(), sorted(p.name for p in Path("/sys/class/net").iterdir())) == before
    assert not Path("/etc/doctor").exists()
