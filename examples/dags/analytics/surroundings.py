"""What a task can see of its pod: names of variables, files and mounts, and never what is in them.

Given fingerprints of secrets, it also says where one of them stands. A fingerprint is the SHA-256 of a salt and the
secret, so that nothing secret has to be handed to a task for it to be searched for. Secrets have no spaces in them.
"""

import hashlib
import os
import re
import sys
from pathlib import Path

from airflow.sdk import Connection, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowNotFoundException

# What comes with any image: too much to read, and the same for everybody.
SYSTEM = {"/bin", "/dev", "/etc/alternatives", "/etc/ssl", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr"}
SYSTEM |= {sys.prefix, sys.base_prefix}
LIBRARIES = "site-packages"
LARGEST = 1_000_000

FINGERPRINT = {
    "type": "object",
    "required": ["name", "length", "sha256"],
    "properties": {
        "name": {"type": "string"},
        "length": {"type": "integer", "minimum": 8},
        "sha256": {"type": "string"},
    },
    "additionalProperties": False,
}


def files():
    for folder, folders, names in os.walk("/"):
        folders[:] = [n for n in folders if n != LIBRARIES and os.path.join(folder, n) not in SYSTEM]
        yield from (path for path in (Path(folder, name) for name in names) if path.is_file())


def processes():
    """What the kernel tells of every process of the pod that this one may ask about."""
    for pid in sorted((name for name in os.listdir("/proc") if name.isdecimal()), key=int):
        yield from (Path("/proc", pid, name) for name in ("environ", "cmdline"))


class Fingerprints:
    """Finds the secrets that it has fingerprints of in a text, wherever in it they begin."""

    WORD = re.compile(rb"[!-~]+")

    def __init__(self, salt, fingerprints):
        self.salt = hashlib.sha256(salt.encode())
        self.by_length = {}
        for fingerprint in fingerprints:
            self.by_length.setdefault(fingerprint["length"], {})[fingerprint["sha256"]] = fingerprint["name"]

    def found(self, text):
        return {
            names[digest]
            for word in self.WORD.findall(text)
            for length, names in self.by_length.items()
            for start in range(len(word) - length + 1)
            if (digest := self.of(word[start : start + length])) in names
        }

    def of(self, part):
        salted = self.salt.copy()
        salted.update(part)
        return salted.hexdigest()


def look_around(salt="", fingerprints=()):
    wanted = Fingerprints(salt, fingerprints)
    read, unread, found = [], [], []

    def search(where, text):
        found.extend({"name": name, "where": where} for name in sorted(wanted.found(text)))

    for name, value in os.environb.items():
        search(f"${name.decode()}", value)
    for path in [*processes(), *files()]:
        try:
            if path.stat().st_size > LARGEST:
                raise OSError(f"larger than {LARGEST} bytes")
            search(str(path), path.read_bytes())
            read.append(str(path))
        except ProcessLookupError:
            continue  # It ended meanwhile.
        except OSError as error:
            unread.append({"path": str(path), "why": error.strerror or str(error)})
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return {"variables": sorted(os.environ), "mounts": mounts, "read": read, "unread": unread, "found": found}


@dag(
    schedule=None,
    catchup=False,
    doc_md=__doc__,
    params={
        "salt": Param("", type="string", description="What was put before each secret."),
        "fingerprints": Param([], type="array", items=FINGERPRINT, description="Secrets to search for."),
    },
)
def surroundings():
    @task
    def look() -> dict:
        params = get_current_context()["params"]
        return look_around(params["salt"], params["fingerprints"])

    @task
    def ask() -> str:
        """Asks for the database that Airflow itself uses, by the name that its chart would give it."""
        try:
            return Connection.get("airflow_db").conn_type
        except AirflowNotFoundException:
            return "no such connection"

    look()
    ask()


surroundings()
