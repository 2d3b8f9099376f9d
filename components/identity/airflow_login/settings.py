"""What differs between stacks: `settings/login.json`, and what the client proves itself with, in `client/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_login.machine_issuers import IssuerSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Settings:
    folder: Path
    provider: str
    issuer: str
    client_id: str
    # Asked for always.
    scopes: Sequence[str]
    # Asked for where the provider announces them: others refuse a login for a scope that they do not know.
    announced_scopes: Sequence[str]
    groups_claim: str
    groups_separator: str | None
    roles_by_group: Mapping[str, Sequence[str]]
    contact: str
    # The provider's name for the address to come back to after a logout.
    logout_parameter: str
    # Where to log out at a provider that does not announce it, below the issuer.
    logout_path: str | None
    # For whom the provider's tokens are by which programs call the API. None where none of its clients may.
    machine_audience: str | None = None
    # Who else vouches for programs.
    machine_issuers: Sequence[IssuerSettings] = ()

    def client_secret(self) -> str:
        # Read each time: Kubernetes replaces the file when the Secret changes, and nobody needs to restart. As bytes,
        # because reading text would change line ends, which may be part of a secret.
        return (self.folder / "client" / "client-secret").read_bytes().decode()

    def authority(self) -> str | None:
        """The file of the authorities that sign the provider's certificates, where no public one does."""
        file = self.folder / "settings" / "authority.crt"
        return str(file) if file.exists() else None

    def client_key(self) -> str | None:
        """The private key that the client proves itself with in place of a secret."""
        file = self.folder / "client" / "client-key"
        return file.read_text() if file.exists() else None


def read_settings(folder: Path) -> Settings:
    written = json.loads((folder / "settings" / "login.json").read_text())
    return Settings(
        folder=folder,
        provider=written["provider"],
        issuer=written["issuer"],
        client_id=written["clientId"],
        scopes=written["scopes"],
        announced_scopes=written["announcedScopes"],
        groups_claim=written["groupsClaim"],
        groups_separator=written["groupsSeparator"],
        roles_by_group=written["rolesByGroup"],
        contact=written["contact"],
        logout_parameter=written["logout"]["parameter"],
        logout_path=written["logout"]["path"],
        machine_audience=written.get("machineAudience"),
        machine_issuers=[
            IssuerSettings(issuer=each["issuer"], audience=each["audience"])
            for each in written.get("machineIssuers", [])
        ],
    )
