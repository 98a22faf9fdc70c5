"""Secrets planted in every place of every operating system: none is left, and nothing else is taken."""

import pytest

from automation.backups.masking import hidden, masked
from automation.backups.volatile import settled
from inventory import platforms

PLANTED = "Zk7pLANTEDq9"
HASH6 = "$6$saltsalt$" + "Ab1./" * 16
HASH9 = "$9$Zk7pLANTEDq9x/CpuO1hSrlvW"
VRP = '%^%#Zk7pLANTEDq9;{a"b%^%#'
HEX = "5a6b37704c414e54454471395a6b3770"

SECRETS: dict[str, tuple[str, ...]] = {
    "cisco-ios": (
        "enable secret 9 $9$Zk7pLANTEDq9$abc.def/ghi",
        "enable password Zk7pLANTEDq9",
        "username admin privilege 15 secret 5 $1$mERr$Zk7pLANTEDq9",
        "username ops password 7 Zk7pLANTEDq9",
        "snmp-server community Zk7pLANTEDq9 RO 99",
        "snmp-server host 10.0.0.1 version 2c Zk7pLANTEDq9",
        "snmp-server host 10.0.0.1 traps Zk7pLANTEDq9",
        "snmp-server user noc netgroup v3 auth sha Zk7pLANTEDq9 priv aes 128 Zk7pLANTEDq9",
        "tacacs-server host 10.0.0.1 key 7 Zk7pLANTEDq9",
        "tacacs-server key Zk7pLANTEDq9",
        " key 7 Zk7pLANTEDq9",
        " key Zk7pLANTEDq9",
        " server-private 10.0.0.1 key 7 Zk7pLANTEDq9",
        "  key-string 7 Zk7pLANTEDq9",
        " ip ospf authentication-key 7 Zk7pLANTEDq9",
        " ip ospf message-digest-key 1 md5 7 Zk7pLANTEDq9",
        " neighbor 10.0.0.1 password 7 Zk7pLANTEDq9",
        " standby 1 authentication Zk7pLANTEDq9",
        "ntp authentication-key 1 md5 Zk7pLANTEDq9 7",
        "crypto isakmp key 6 Zk7pLANTEDq9 address 10.0.0.1",
        " pre-shared-key local Zk7pLANTEDq9",
        " ppp chap password 0 Zk7pLANTEDq9",
        " password 7 Zk7pLANTEDq9",
        f"set digest {HEX}",
    ),
    "arista-eos": (
        f"username admin privilege 15 role network-admin secret sha512 {HASH6}",
        "enable password sha512 $6$x$Zk7pLANTEDq9",
        "snmp-server community Zk7pLANTEDq9 ro",
        "snmp-server user noc noc v3 localized 8000 auth sha Zk7pLANTEDq9 priv aes Zk7pLANTEDq9",
        "tacacs-server key 7 Zk7pLANTEDq9",
        "radius-server host 10.0.0.1 key 7 Zk7pLANTEDq9",
        "   neighbor 10.0.0.1 password 7 Zk7pLANTEDq9",
        "   ip ospf message-digest-key 1 sha256 7 Zk7pLANTEDq9",
        "ntp authentication-key 1 sha1 7 Zk7pLANTEDq9",
    ),
    "juniper-junos": (
        f'        encrypted-password "{HASH6}"; ## SECRET-DATA',
        f'            secret "{HASH9}"; ## SECRET-DATA',
        "    community Zk7pLANTEDq9 {",
        '    community "Zk7pLANTEDq9";',
        "set snmp community Zk7pLANTEDq9 authorization read-only",
        f'set snmp v3 usm local-engine user noc authentication-sha authentication-key "{HASH9}"',
        'set snmp v3 usm local-engine user noc privacy-aes128 privacy-password "Zk7pLANTEDq9"',
        f'set system tacplus-server 10.0.0.1 secret "{HASH9}"',
        f'set protocols ospf area 0 interface ge-0/0/0 authentication md5 1 key "{HASH9}"',
        "set protocols ospf area 0 interface ge-0/0/0 authentication simple-password Zk7pLANTEDq9",
        f'set protocols bgp group x authentication-key "{HASH9}"',
        f'set security ike policy x pre-shared-key ascii-text "{HASH9}"',
    ),
    "mikrotik-routeros": (
        "/user add name=admin password=Zk7pLANTEDq9 group=full",
        "/ppp secret add name=x password=Zk7pLANTEDq9",
        "/snmp community\nset [ find default=yes ] addresses=10.0.0.0/8 name=Zk7pLANTEDq9",
        "/snmp community set 0 name=Zk7pLANTEDq9 authentication-password=Zk7pLANTEDq9",
        '/radius add address=10.0.0.1 secret="Zk7pLANTEDq9"',
        "/interface wireless security-profiles set 0 wpa2-pre-shared-key=Zk7pLANTEDq9",
        '/interface wireguard add private-key="Zk7pLANTEDq9="',
        "/routing ospf interface-template add auth-key=Zk7pLANTEDq9",
    ),
    "huawei-vrp": (
        f"snmp-agent community read cipher {VRP}",
        "snmp-agent community write Zk7pLANTEDq9",
        'local-user admin password irreversible-cipher $1c$Zk7p;LANTEDq9"a$Zk7pLANTEDq9$',
        f"snmp-agent usm-user v3 noc authentication-mode sha2-256 cipher {VRP}",
        f"snmp-agent usm-user v3 noc privacy-mode aes128 cipher {VRP}",
        f" hwtacacs server shared-key cipher {VRP}",
        f" ospf authentication-mode md5 1 cipher {VRP}",
        " ospf authentication-mode md5 1 plain Zk7pLANTEDq9",
        f"super password level 3 cipher {VRP}",
        " set authentication password cipher Zk7pLANTEDq9",
    ),
    "openwrt": (
        "\toption key 'Zk7pLANTEDq9'",
        "wireless.default_radio0.key='Zk7pLANTEDq9'",
        "set snmpd.public.community='Zk7pLANTEDq9'",
        "\toption community 'Zk7pLANTEDq9'",
        "\toption auth_secret 'Zk7pLANTEDq9'",
        "root:$1$salt$Zk7pLANTEDq9:0:0",
        "rocommunity Zk7pLANTEDq9",
    ),
    "frr": (
        "password Zk7pLANTEDq9",
        "enable password 8 Zk7pLANTEDq9",
        " ip ospf authentication-key Zk7pLANTEDq9",
        " ip ospf message-digest-key 1 md5 Zk7pLANTEDq9",
        " ipv6 ospf6 authentication key-id 1 hash-algo hmac-sha-256 key Zk7pLANTEDq9",
        " neighbor 10.0.0.1 password Zk7pLANTEDq9",
        "  key-string Zk7pLANTEDq9",
        "rocommunity6 Zk7pLANTEDq9",
        "com2sec readonly default Zk7pLANTEDq9",
        "createUser noc SHA Zk7pLANTEDq9 AES Zk7pLANTEDq9",
        "trapsess -v 3 -u noc -A Zk7pLANTEDq9 -X Zk7pLANTEDq9 10.0.0.1",
        "trap2sink 10.0.0.1 Zk7pLANTEDq9",
    ),
    "linux-hotspot": (
        "wpa_passphrase=Zk7pLANTEDq9",
        "auth_server_shared_secret=Zk7pLANTEDq9",
        "PrivateKey = Zk7pLANTEDq9",
        "createUser noc SHA Zk7pLANTEDq9 AES Zk7pLANTEDq9",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nZk7pLANTEDq9\nZk7pLANTEDq9\n-----END OPENSSH PRIVATE KEY-----",
    ),
}
INNOCENT: dict[str, tuple[str, ...]] = {
    "cisco-ios": (
        "service password-encryption", "aaa authentication login default group tacacs+ local", "key chain OSPF",
        " key 1", "ip ssh version 2", "snmp-server user noc netgroup v3",
        "snmp-server host 10.0.0.1 version 3 priv noc",
        " description password office, key desk", "crypto key generate rsa", " ip ospf authentication message-digest",
        "ip community-list standard x permit 65000:1", " set community 65000:1", "ntp server 10.0.0.1 key 1",
        "ntp authentication-key 1 md5 <secret:ntp>", "enable secret 9 <secret:enable>",
        "snmp-server user noc g v3 auth sha <secret:snmp-auth> priv aes 128 <secret:snmp-priv>",
        "tacacs-server host 10.0.0.1 key 7 <secret:tacacs>", "ipv6 address 2001:DB8:44:FF::7/128",
    ),
    "arista-eos": ("aaa authentication login default group tacacs+ local", "management ssh", "ip access-list ZONE-10"),
    "juniper-junos": (
        "set policy-options community x members 65000:1", "    community x members 65000:1;", "set system services ssh",
        'set system tacplus-server 10.0.0.1 secret "<secret:tacacs>"', "set security ssh-known-hosts",
    ),
    "mikrotik-routeros": (
        "/ppp secret", "/ip address add address=10.0.0.1/24 interface=ether1", "/interface bridge add name=loopback",
        "/snmp community set 0 name=<secret:snmp>", "/ip ssh set strong-crypto=yes",
        "/snmp community add name=noc security=private",
    ),
    "huawei-vrp": (
        "ssh server cipher aes256_ctr aes128_ctr", "authentication-mode aaa", "snmp-agent sys-info version v3",
        "acl name ZONE-10 advance", " ospf authentication-mode md5 1 cipher <secret:ospf>",
    ),
    "openwrt": ("network.lan.proto='static'", "\toption encryption 'none'", "wireless.radio0.key_mgmt='none'"),
    "frr": ("key chain OSPF", " key 1", "interface eth1", " ip ospf area 0", "agentXPerms 0660 0755 frr frr"),
    "linux-hotspot": ("sysName h1", "table inet silesianet {", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7mYk8Q8n2r9 x"),
}  # fmt: skip


@pytest.mark.parametrize(("platform", "text"), [(p, t) for p, texts in SECRETS.items() for t in texts])
def test_a_planted_secret_is_gone(platform: str, text: str) -> None:
    clean = masked(platform, text)
    assert "pLANTED" not in clean and "LANTEDq9" not in clean and HASH6 not in clean and HEX not in clean
    assert hidden(clean)
    assert masked(platform, clean) == clean, "masking what is masked changes nothing"


@pytest.mark.parametrize(("platform", "text"), [(p, t) for p, texts in INNOCENT.items() for t in texts])
def test_what_is_no_secret_stays(platform: str, text: str) -> None:
    assert masked(platform, text) == text


def test_every_platform_has_planted_secrets() -> None:
    assert set(platforms.all()) <= set(SECRETS)


@pytest.mark.parametrize("slug", sorted(platforms.all()))
def test_what_we_render_is_not_touched(slug: str) -> None:
    folder = platforms.FOLDER / slug / "examples"
    assert [f.name for f in folder.iterdir() if masked(slug, f.read_text()) != f.read_text()] == []


def test_a_known_value_gets_its_name_and_only_as_a_word() -> None:
    text = "contact hunter22 hunter223\nrocommunity hunter22\n"
    assert masked("frr", text, {"snmp": "hunter22"}) == "contact <secret:snmp> hunter223\nrocommunity <secret:snmp>\n"


@pytest.mark.parametrize(
    "line",
    [
        "Building configuration...", "Current configuration : 4521 bytes", "ntp clock-period 17179869",
        "! Last configuration change at 10:00:00 UTC Mon Nov 2 2026 by admin", "! NVRAM config last updated at 10:00",
        "## Last commit: 2026-11-02 10:00:00 UTC by admin", "# 2026-11-02 10:00:00 by RouterOS 7.16",
        "# serial number = DEMO", "!Last configuration was saved at 2026-11-02 10:00:00", "router1 uptime is 3 weeks",
    ],
)  # fmt: skip
def test_lines_of_the_moment_are_left_out(line: str) -> None:
    assert settled(f"hostname a\n{line}\nend\n") == "hostname a\nend\n"


def test_counters_are_left_out_and_rules_stay() -> None:
    assert settled("ip saddr 1.1.1.1 counter packets 5 bytes 9 accept\r\n") == "ip saddr 1.1.1.1 counter accept\n"
