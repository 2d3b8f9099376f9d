"""A trigger that ends its task as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TaskFailedEvent, TaskSkippedEvent, TaskSuccessEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from airflow.triggers.base import TriggerEvent

EVENTS = {"success": TaskSuccessEvent, "failed": TaskFailedEvent, "skipped": TaskSkippedEvent}


class EndingTrigger(BaseTrigger):
    def __init__(self, state: str, xcoms: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.state = state
        self.xcoms = xcoms

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "ending_trigger.EndingTrigger", {"state": self.state, "xcoms": self.xcoms}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        yield EVENTS[self.state](xcoms=self.xcoms)
