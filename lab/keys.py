"""SSH keys of a lab: one for the controller, one per device, and the pinned list of the devices' keys."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lab.directory import Directory
from lab.plan import DEVICES, File, Plan

SSH = "/etc/silesianet/ssh"


def _pair() -> tuple[str, str]:
    """(private key, public key line) in OpenSSH form."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private.decode(), public.decode()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may ever read."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


def issue(directory: Directory, plan: Plan) -> dict[str, tuple[File, ...]]:
    """Make all keys; return the files each device needs to be logged in to."""
    directory.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    private, public = _pair()
    write_private(directory.private_key, private)
    directory.private_key.with_suffix(".pub").write_text(public + "\n")
    known: list[str] = []
    files: dict[str, tuple[File, ...]] = {}
    for node in (n for n in plan.nodes if n.kind in DEVICES):
        host_private, host_public = _pair()
        hosts = ",".join((node.name, *(a.partition("/")[0] for a in node.addresses)))
        known.append(f"{hosts} {host_public}\n")
        files[node.name] = (
            File(f"{SSH}/host_key", host_private, 0o600),
            File(f"{SSH}/authorized_keys", public + "\n", 0o600),
        )
    directory.known_hosts.write_text("".join(known))
    return files
