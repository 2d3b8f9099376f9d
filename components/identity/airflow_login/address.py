"""Where people reach Airflow: as the stack says it, and never as a request does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from airflow.api_fastapi.app import get_auth_manager

if TYPE_CHECKING:
    from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager


def auth_manager() -> FabAuthManager:
    """Airflow's only one here: whoever reads this package has configured it."""
    manager: FabAuthManager = get_auth_manager()  # type: ignore[assignment]
    return manager


def airflow_address(path: str) -> str:
    return urljoin(auth_manager().apiserver_endpoint, path)
