"""Where each operating system writes its secrets: regular expressions of what stands before one on its line.

A match is followed by the secret itself. What is not a secret though it looks like one is left out here by name.
"""

import re

ENCODING = r"(?:(?:[05789]|14|encrypted|cipher|simple|plain|irreversible-cipher|sha512|md5|ascii|clear|plaintext) )?+"
DIGEST = r"(?:md5|sha\S*|hmac-\S+|keyed-sha1|m)"

EVERYWHERE = (
    r"(?<![<\w-])(?:password|passwd|passphrase|wpa_passphrase|wpa_psk|psk|secret|shared-key|shared-secret|pre-shared-key|"
    r"preshared-key|key-string|encrypted-password|authentication-password|encryption-password|privacy-password|"
    r"authentication-key|privacy-key|authorization-key|auth-key|api-key|private-key|public-secret)"
    r"[ =:]++(?!\d+ (?:md5|sha\S*|cmac\S*) )(?:level \d+ |local |remote )?+" + ENCODING,
    rf"\bmessage-digest-key \d+ {DIGEST} (?:[0-9] )?+",
    r"\bhash-algo \S+ key ",
)
"""Words that announce a secret on any system."""

CISCO = (
    r"^snmp-server community ",
    r"^snmp-server host \S+ (?:vrf \S+ )?(?:traps |informs )?(?:version (?:1|2c) )?(?!version|vrf|traps|informs|use-)",
    r"^snmp-server user .*?\bauth \S+ ",
    r"^snmp-server user .*?\bpriv (?:aes|des|3des)(?: \d+(?= ))?+ ",
    r"^\s*(?:(?:(?:tacacs|radius)-server|server(?:-private)?) .*?)?\bkey (?:[05678] )?+"
    r"(?!chain|config-key|generate|\d+$)",
    r"\b(?:neighbor|username) \S+ (?:.* )?(?:password|secret) " + ENCODING,
    r"^\s*wpa-psk ascii (?:[0-9] )?+",
    r"^ntp authentication-key \d+ \S+ (?:[0-9] )?+",
    r"^crypto isakmp key (?:[06] )?+",
    r"^\s*(?:standby|vrrp|glbp) .*?\bauthentication (?:text )?(?!md5)",
    r"^\s*ppp chap password (?:[07] )?+",
)

PLATFORMS: dict[str, tuple[str, ...]] = {
    "cisco-ios": CISCO,
    "arista-eos": CISCO,
    "frr": (r"^(?:password|enable password) (?:8 )?+", r"^\s*key (?=\S+$)(?!chain|\d+$)"),
    "linux": (
        r"^r[ow]community6? ",
        r"^com2sec6? (?:-Cn \S+ )?\S+ \S+ ",
        r"^trapcommunity ",
        r"^(?:trap2?sink|informsink) \S+ ",
        r"^createUser (?:-e \S+ )?\S+ \S+ ",
        r"^createUser (?:-e \S+ )?\S+ \S+ \S+ \S+ ",
        r"^(?:trapsess|proxy) .*?-c ",
        r"^(?:trapsess|proxy) .*?-A ",
        r"^(?:trapsess|proxy) .*?-X ",
        r"^auth_server_shared_secret=",
        r"^\s*(?:PrivateKey|PresharedKey) ?= ?",
    ),
    "openwrt": (
        r"^\s*option (?:key\d?|password|community|secret|auth_secret|acct_secret|psk|private_key|preshared_key|"
        r"wpa_passphrase|sae_password|auth_pass|priv_pass) ",
        r"^(?:set )?\S+\.(?:key\d?|password|community|secret|auth_secret|acct_secret|psk|private_key|preshared_key|"
        r"sae_password|auth_pass|priv_pass) ?= ?",
        r'"(?:key|password|community|secret|psk|private_key|preshared_key)": ',
    ),
    "juniper-junos": (
        r"^\s*(?:set )?(?:snmp )?community (?!\S+ members\b)",
        r"^\s*(?:.* )?(?:encrypted-password|secret|authentication-key|privacy-key|ascii-text|hexadecimal|key) "
        r"(?!chain|exchange)(?=[\"$])",
        r"^\s*set .*\bsimple-password ",
        r"^\s*simple-password ",
        r"^\s*(?:set .*)?\b(?:authentication|privacy)-password ",
    ),
    "mikrotik-routeros": (
        r"(?:^|\s)(?:password|secret|authentication-password|encryption-password|wpa2?-pre-shared-key|passphrase|"
        r"private-key|preshared-key|auth-key|tcp-md5-key|ipsec-secret|supplicant-identity-secret|key)=",
    ),
    "huawei-vrp": (
        r"^\s*snmp-agent community (?:read|write) " + ENCODING,
        r"^\s*snmp-agent target-host .*securityname " + ENCODING + r"(?!.* v3\b)",
        r"\b(?:authentication-mode|privacy-mode) \S+ (?:\d+ )?(?:cipher |plain )?(?=[%$@^]|\S{8,}$)",
        r"^(?!\s*(?:ssh|ssl|stelnet) ).*\bcipher (?!.*-(?:ctr|cbc|gcm)\b)",
    ),
}
"""By platform; ``linux`` is for the text of its daemons on every platform that runs Linux."""

LINUX = frozenset({"frr", "linux-hotspot", "openwrt"})
ROUTEROS_COMMUNITY = r"(?:^|\s)name="
"""In the section ``/snmp community``, where the name is the secret."""
ROUTEROS_NAMED = re.compile(r"\bsecurity=(?:authorized|private)\b")
"""Version 3 is asked for: the name is a user's, and the secrets have words of their own."""

LOOKS_SECRET = (
    r"\$(?:1[acd]?|2[abxy]|5|6|7|8|9|14|y|gy|sha512)\$\S+?(?=[\"';,}]*(?:\s|$))",
    r"%[\^@#][%#@].*?%[\^@#][%#@]",
    r"(?<![0-9A-Za-z:./_-])(?:[0-9a-fA-F]{32,})(?![0-9A-Za-z:_-])",
    r"(?<![0-9A-Za-z+/])(?!AAAA)[0-9A-Za-z+/]{42,}={1,2}(?![0-9A-Za-z+/=])",
)
"""Hashes, ciphertexts and keys by their looks, wherever they stand."""
