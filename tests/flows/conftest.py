"""One Prefect server for all flow tests, and the flow as a module."""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest

from factdesk.ops.prefect_server import prefect_environment
from factdesk.resources import bundled


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
    spec = importlib.util.spec_from_file_location("check_essays", bundled("flows", "check_essays.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_essays"] = module
    spec.loader.exec_module(module)
    return module
