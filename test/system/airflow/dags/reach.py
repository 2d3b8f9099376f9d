"""Tries addresses, and says what came of each: for a test of what a task may reach, and never among the examples."""

import socket
import time

from airflow.sdk import Param, dag, get_current_context, task

TARGET = {
    "type": "object",
    "required": ["name", "host", "port"],
    "properties": {"name": {"type": "string"}, "host": {"type": "string"}, "port": {"type": "integer"}},
    "additionalProperties": False,
}


def attempt(host, port, seconds=2):
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except TimeoutError:
        return "unanswered"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return error.strerror or str(error)
    return "reached"


def wait_to_be_called(port, seconds):
    """Whether somebody called this pod."""
    with socket.create_server(("0.0.0.0", port)) as server:
        server.settimeout(seconds)
        try:
            server.accept()[0].close()
        except TimeoutError:
            return False
    return True


@dag(
    schedule=None,
    catchup=False,
    doc_md=__doc__,
    params={
        "targets": Param([], type="array", items=TARGET, description="What to call."),
        "listen_seconds": Param(0, type="integer", description="How long to wait to be called, on port 9999."),
    },
)
def reach():
    @task
    def call() -> dict:
        targets = get_current_context()["params"]["targets"]
        began = time.monotonic()
        found = {target["name"]: attempt(target["host"], target["port"]) for target in targets}
        return {"found": found, "seconds": time.monotonic() - began}

    @task
    def listen() -> bool:
        seconds = get_current_context()["params"]["listen_seconds"]
        return seconds > 0 and wait_to_be_called(9999, seconds)

    call()
    listen()


reach()
