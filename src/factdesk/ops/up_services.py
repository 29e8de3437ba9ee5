"""The services of ``factdesk up``: their commands and their environments."""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

from factdesk.config import Home
from factdesk.ops.deployed import HOME_VARIABLE, POOL_TYPE, WORK_POOL
from factdesk.ops.prefect_backups import DATABASE_VARIABLE
from factdesk.ops.prefect_server import prefect_environment, server_command
from factdesk.ops.service_logs import ServiceLogs
from factdesk.ops.services import Service

WORKER = "factdesk"

_WORKER_ENVIRONMENT = {
    # A server that is started again is back within a minute; a run that waits for it goes on then.
    "PREFECT_CLIENT_MAX_RETRIES": "10",
    "PREFECT_WORKER_QUERY_SECONDS": "5",
}


_DESK = (
    "from factdesk.start import collect_rarely; collect_rarely(); "
    "from factdesk.desk.service import main; main()"
)


def make_server(home: Home, port: int, logs: ServiceLogs) -> Service:
    """Return Prefect's server of a home, with its pages, on a loopback port."""
    environment = prefect_environment(home.prefect_home)
    environment.pop("PREFECT_API_URL", None)
    database = environment.pop(DATABASE_VARIABLE, "") or home.settings.up.database_url
    if database:
        environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
    command = server_command(port, with_pages=True)
    return Service("server", command, environment, home.prefect_home, logs, trouble_only=True)


def make_worker(home: Home, api_url: str, logs: ServiceLogs) -> Service:
    """Return the worker of a home: it starts a process for each flow run."""
    environment = prefect_environment(home.prefect_home, api_url) | _WORKER_ENVIRONMENT
    environment.pop(DATABASE_VARIABLE, None)
    environment[HOME_VARIABLE] = str(home.root)
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", WORK_POOL]
    command += ["--type", POOL_TYPE, "--name", WORKER, "--limit", str(home.settings.up.concurrent_runs)]
    return Service("worker", command, environment, home.prefect_home, logs)


def make_desk(home: Home, logs: ServiceLogs) -> Service:
    """Return the desk of a home. It has no part in Prefect, and goes on while that is down."""
    return Service("desk", [sys.executable, "-c", _DESK, str(home.root)], os.environ, home.prefect_home, logs)


def without_password(home: Home, text: str) -> str:
    """Return a text of the server's log without the password of its database."""
    database = os.environ.get(DATABASE_VARIABLE) or home.settings.up.database_url
    try:
        password = urlsplit(database).password
    except ValueError:
        return text
    return text.replace(password, "***") if password else text
