"""One Prefect server for all flow tests, and the flows as modules."""

from __future__ import annotations

import importlib
import os

import pytest

from factdesk.ops.prefect_server import prefect_environment


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """A real Prefect server; the environment is the project's own, as in a run."""
    before = dict(os.environ)
    os.environ.update(prefect_environment(tmp_path_factory.mktemp("prefect")))
    os.environ.pop("PREFECT_API_URL", None)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def flow_module(prefect_server):
    """``flows/check_essays.py``, imported after Prefect's settings are made."""
    return importlib.import_module("check_essays")
