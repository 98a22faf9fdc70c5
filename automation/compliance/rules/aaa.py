"""Who may log in is asked of the city's servers: somebody who leaves is shut out everywhere at once."""

from automation.compliance.checks import AllOf, Needs, Servers
from automation.compliance.rule import Example, Rule
from automation.settings import ConfigurationSettings

SETTINGS = ConfigurationSettings(tacacs_servers=("10.50.0.7",))
ASKED = r"aaa authentication login default group (?!local)\S+"


def _needs(pattern: str) -> Servers:
    return Servers("tacacs_servers", pattern)


def _example(passing: str, failing: str, line: int = 0) -> Example:
    return Example(passing, failing, line, settings=SETTINGS)


RULE = Rule(
    "aaa",
    "Logowanie sprawdzane na serwerach miasta",
    "Logins asked of the city's servers",
    {
        "cisco-ios": AllOf(
            (
                _needs(r"(?:address ipv4|tacacs-server host|server-private) SERVER"),
                Needs(ASKED, "aaa login", r"^tacacs"),
            )
        ),
        "arista-eos": AllOf((_needs(r"^tacacs-server host SERVER"), Needs(ASKED, "aaa login", r"^tacacs-server"))),
        "huawei-vrp": _needs(r"^\s*hwtacacs[- ]server authentication SERVER"),
        "juniper-junos": _needs(r"^\s*(?:set system )?(?:tacplus-server )?SERVER"),
        "mikrotik-routeros": _needs(r"^/radius add .*address=SERVER"),
    },
    {
        "cisco-ios": _example(
            "aaa authentication login default group TAC local\ntacacs server A\n address ipv4 10.50.0.7\n",
            "aaa authentication login default local\ntacacs server A\n address ipv4 10.50.0.7\n",
            2,
        ),
        "arista-eos": _example(
            "aaa authentication login default group tacacs+ local\ntacacs-server host 10.50.0.7\n",
            "aaa authentication login default group tacacs+ local\n",
        ),
        "huawei-vrp": _example("hwtacacs server authentication 10.50.0.7\n", "hwtacacs server accounting 10.50.0.7\n"),
        "juniper-junos": _example("set system tacplus-server 10.50.0.7 port 49\n", "set system login user a\n"),
        "mikrotik-routeros": _example("/radius add address=10.50.0.7 service=login\n", "/user aaa set use-radius=no\n"),
    },
)
