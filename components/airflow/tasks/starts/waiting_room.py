"""Where tasks wait whose pod was refused for a reason that may pass, such as a full quota."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

# Seconds before a refused pod is asked for again: doubled each time, up to the second.
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 30.0


@dataclass
class _Guest:
    job: Any
    since: float
    due: float = 0.0
    pause: float = FIRST_PAUSE
    # False while the pod is being asked for once more.
    waits: bool = True


class WaitingRoom:
    """Knows for each task since when it is refused, and when to ask again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guests: dict[Hashable, _Guest] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._guests and self._guests[key].waits

    def __len__(self) -> int:
        return sum(1 for guest in self._guests.values() if guest.waits)

    def waited(self, key: Hashable) -> float:
        """Seconds since it was refused for the first time."""
        return self._clock() - self._guests[key].since if key in self._guests else 0.0

    def hold(self, key: Hashable, job: Any, at_least: float = 0.0) -> None:
        """Lets it wait, longer than the time before."""
        guest = self._guests.setdefault(key, _Guest(job, since=self._clock()))
        guest.waits = True
        guest.due = self._clock() + max(guest.pause, at_least)
        guest.pause = min(2 * guest.pause, LONGEST_PAUSE)

    def due(self, most: int) -> Iterator[tuple[Any, Any]]:
        """Lets those go that have waited long enough, the first to come first, and remembers since when they wait."""
        ready = [(key, guest) for key, guest in self._guests.items() if guest.waits and guest.due <= self._clock()]
        for key, guest in ready[: max(most, 0)]:
            guest.waits = False
            yield key, guest.job

    def forget(self, key: Hashable) -> None:
        self._guests.pop(key, None)
