"""Unmodified netmiko against the simulated RouterOS: a person's and other tools' way in works as on a device."""

from collections.abc import Callable

import pytest
from netmiko import ConnectHandler

from lab.simulators.device import Simulated
from lab.simulators.served import Served
from tests.platforms.conftest import Serve


@pytest.fixture
def router(serve: Serve, switched_on: Callable[..., Simulated]) -> Served:
    return serve(
        switched_on("mikrotik-routeros", "/system identity set name=r1\n/ip pool add name=p ranges=10.0.0.2-10.0.0.9\n")
    )


def test_netmiko(router: Served) -> None:
    host, port = router.places["r1"]
    with ConnectHandler(
        device_type="mikrotik_routeros",
        host=host,
        port=port,
        username=router.user,
        use_keys=True,
        key_file=str(router.key_file),
    ) as connection:
        assert connection.find_prompt() == "[admin@r1] >"
        assert "/ip pool add name=p" in connection.send_command("/export terse")
        sent = connection.send_config_set(
            ["/ip address add address=192.0.2.1/24 interface=ether3", "/ip address print"]
        )
        assert "address=192.0.2.1/24" in sent
        assert "bad command name adress" in connection.send_command("/ip adress print")
        assert "input does not match any value of interface" in connection.send_command(
            "/ip address add address=1.1.1.1/8 interface=e9"
        )
    assert "192.0.2.1/24" in router.running("r1")


def test_ssh_with_a_command(router: Served) -> None:
    device = router.devices["r1"]
    assert "name: r1" in router.do(lambda: device.execute("/system identity print"))
    router.do(lambda: device.files.update({"a.rsc": b"# x\n/ip pool add name=q ranges=10.1.0.1\n/ip pol print\n"}))  # type: ignore[union-attr]
    assert "bad command name pol (line 1 column 5) (line 3 of a.rsc)" in router.do(
        lambda: device.execute("/import file-name=a.rsc")
    )
    assert "name=q" in router.running("r1")
