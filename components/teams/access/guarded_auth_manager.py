"""FAB's auth manager, with what the platform puts before the API server. Airflow asks the auth manager for that."""

from __future__ import annotations

from typing import Any

from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

from public_scheme import PublicScheme
from request_lanes import RequestLanes


class GuardedFabAuthManager(FabAuthManager):
    """Adds it, and not by a plugin: Airflow starts without a plugin that fails to load."""

    def get_fastapi_middlewares(self) -> list[Any]:
        # The last stands before all others, which ask the database too.
        return [*super().get_fastapi_middlewares(), *self.borders(), (PublicScheme, {}), (RequestLanes, {})]

    def borders(self) -> list[Any]:
        """What stands before Airflow's own middlewares, and behind the lanes."""
        return []
