"""SSH access and power-on steps that every managed device shares."""

from collections.abc import Iterable

from lab.keys import SSH
from lab.plan import File

SSHD = File(
    f"{SSH}/sshd_config",
    f"""\
Port 22
HostKey {SSH}/host_key
AuthorizedKeysFile {SSH}/authorized_keys
AuthenticationMethods publickey
AllowUsers silesianet
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 50
MaxSessions 50
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
""",
)

START_SSHD = f"mkdir -p /run/sshd\n/usr/sbin/sshd -f {SSH}/sshd_config\n"
FRESH_BOOT = """\
cat /proc/sys/kernel/random/uuid > /run/boot-id
umount /proc/sys/kernel/random/boot_id 2>/dev/null
mount --bind /run/boot-id /proc/sys/kernel/random/boot_id
"""
"""Every power-on is a boot of its own, though the kernel below is shared and never restarts."""
RUN_BOOT_HOOK = "[ ! -x /etc/silesianet/boot ] || /etc/silesianet/boot\n"


def links_up(interfaces: Iterable[str]) -> str:
    """Bring interfaces up, except those whose cable is cut (named in $DOWN)."""
    names = " ".join(interfaces)
    return (
        "ip link set lo up\n"
        f"for name in {names or 'lo'}; do\n"
        '    case " $DOWN " in *" $name "*) ;; *) ip link set "$name" up ;; esac\n'
        "done\n"
    )
