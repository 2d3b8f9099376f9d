"""How long tasks wait, by a clock that the test sets."""

from __future__ import annotations

from waiting_room import FIRST_PAUSE, LONGEST_PAUSE, WaitingRoom


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_asks_again_ever_more_rarely_up_to_a_limit() -> None:
    clock = Clock()
    room = WaitingRoom(clock)
    pauses = []
    for _ in range(6):
        room.hold("one", "job")
        held = clock.now
        while not list(room.due(most=1)):
            clock.now += 1
        pauses.append(clock.now - held)
    assert pauses == [FIRST_PAUSE, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    assert room.waited("one") == sum(pauses)


def test_leaves_the_api_server_alone_for_as_long_as_it_asks() -> None:
    clock = Clock()
    room = WaitingRoom(clock)
    room.hold("one", "job", at_least=7)
    clock.now = 6
    assert list(room.due(most=1)) == []
    clock.now = 7
    assert list(room.due(most=1)) == [("one", "job")]


def test_lets_no_more_go_than_can_run_and_the_first_to_come_first() -> None:
    clock = Clock()
    room = WaitingRoom(clock)
    for name in ("one", "two", "three"):
        room.hold(name, name)
    clock.now = FIRST_PAUSE
    assert list(room.due(most=-1)) == []
    assert [key for key, _ in room.due(most=2)] == ["one", "two"]
    assert len(room) == 1
    assert ("one" in room, "three" in room) == (False, True)


def test_forgets() -> None:
    room = WaitingRoom(Clock())
    room.hold("one", "job")
    room.forget("one")
    room.forget("nobody")
    assert (len(room), "one" in room, room.waited("one")) == (0, False, 0)
