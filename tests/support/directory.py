"""A real slapd for the length of a test: own folder, own ports on loopback, its own certificate, people and groups."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.loopback import certificate
from tests.support.ports import free_port

SLAPD = Path("/usr/sbin/slapd")
SUFFIX = "dc=gliwice,dc=example"
ROOT, ROOT_PASSWORD = f"cn=root,{SUFFIX}", "the root of it"
SERVICE, SERVICE_PASSWORD = f"cn=silesianet,{SUFFIX}", "only to search"

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/localhost.pem
TLSCertificateKeyFile {folder}/localhost.key
database mdb
suffix "{suffix}"
rootdn "{root}"
rootpw "{password}"
directory {folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{service}" read by self read by * none
"""

PEOPLE = """
dn: {suffix}
objectClass: dcObject
objectClass: organization
o: Gliwice
dc: gliwice

dn: ou=people,{suffix}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{suffix}
objectClass: organizationalUnit
ou: groups

dn: {service}
objectClass: person
cn: silesianet
sn: silesianet
userPassword: {service_password}

dn: uid=dispatcher,ou=people,{suffix}
objectClass: inetOrgPerson
uid: dispatcher
cn: Dispatcher East
sn: East
userPassword: zażółć

dn: uid=planner,ou=people,{suffix}
objectClass: inetOrgPerson
uid: planner
cn: Planner
sn: West
userPassword: planner's own

dn: uid=clerk,ou=people,{suffix}
objectClass: inetOrgPerson
uid: clerk
cn: Clerk
sn: Bez Grupy
userPassword: clerk's own

dn: cn=Net NOC,ou=groups,{suffix}
objectClass: groupOfNames
cn: Net NOC
member: uid=dispatcher,ou=people,{suffix}

dn: cn=school-it,ou=groups,{suffix}
objectClass: groupOfNames
cn: school-it
member: uid=planner,ou=people,{suffix}

dn: cn=choir,ou=groups,{suffix}
objectClass: groupOfNames
cn: choir
member: uid=clerk,ou=people,{suffix}
"""


@dataclass(frozen=True)
class RunningDirectory:
    """Where the server listens; ``folder`` holds its certificate (``localhost.pem``)."""

    folder: Path
    plain: int
    secure: int
    process: subprocess.Popen[bytes]


def owner() -> str | None:
    """The unprivileged user that runs the server."""
    return "nobody" if os.geteuid() == 0 else None


@contextmanager
def running_directory() -> Iterator[RunningDirectory]:
    """Start slapd with people in it; stop it by its own process id, remove its folder."""
    folder = Path(tempfile.mkdtemp(prefix="silesianet-ldap-"))
    try:
        (folder / "data").mkdir()
        certificate(folder, "localhost")
        texts = {"folder": folder, "suffix": SUFFIX, "root": ROOT, "password": ROOT_PASSWORD, "service": SERVICE}
        (folder / "slapd.conf").write_text(CONFIGURATION.format(**texts))
        if (user := owner()) is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, pwd.getpwnam(user).pw_uid, -1)
        plain, secure = free_port(), free_port()
        argv = [str(SLAPD), "-f", f"{folder}/slapd.conf", "-d", "0"]
        argv += ["-h", f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{secure}"]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(argv, cwd=folder, user=user, stdout=log, stderr=log)
        try:
            _fill(folder, plain, process)
            yield RunningDirectory(folder, plain, secure, process)
        finally:
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    finally:
        shutil.rmtree(folder)


def _fill(folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    people = PEOPLE.format(suffix=SUFFIX, service=SERVICE, service_password=SERVICE_PASSWORD)
    argv = ["ldapadd", "-x", "-H", f"ldap://127.0.0.1:{port}", "-D", ROOT, "-w", ROOT_PASSWORD]
    deadline = time.monotonic() + 20
    while True:
        done = subprocess.run(argv, input=people.encode(), capture_output=True, check=False)
        if done.returncode == 0:
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "log").read_text() + done.stderr.decode())
        time.sleep(0.05)
