from __future__ import annotations

import threading
import time

from factdesk.web.turns import HostTurns


def test_a_host_is_left_in_peace_between_requests() -> None:
    turns = HostTurns(2, 0.2)
    waits = []
    for _ in range(3):
        waits.append(turns.take("a:80"))
        turns.give_back("a:80")
    assert waits[0] < 0.1
    assert all(0.1 < wait < 0.5 for wait in waits[1:])


def test_hosts_do_not_wait_for_one_another() -> None:
    turns = HostTurns(1, 5.0)
    assert turns.take("a:80") + turns.take("b:80") < 0.1
    assert turns.seconds_until_ready("a:80") > 0
    assert turns.seconds_until_ready("c:80") == 0


def test_a_free_host_waits_for_connections_only() -> None:
    turns = HostTurns(1, 5.0, free=["a:80"])
    turns.take("a:80")
    assert turns.seconds_until_ready("a:80") > 0
    turns.give_back("a:80")
    assert turns.take("a:80") < 0.1


def test_a_turn_that_does_not_count_starts_no_pause() -> None:
    turns = HostTurns(1, 5.0)
    turns.take("a:80", counts=False)
    turns.give_back("a:80")
    assert turns.take("a:80") < 0.1


def test_no_host_gets_more_connections_than_it_may() -> None:
    turns = HostTurns(2, 0.0)
    lock = threading.Lock()
    busy = [0, 0]

    def visit() -> None:
        turns.take("a:80")
        with lock:
            busy[0] += 1
            busy[1] = max(busy)
        time.sleep(0.02)
        with lock:
            busy[0] -= 1
        turns.give_back("a:80")

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert busy == [0, 2]
