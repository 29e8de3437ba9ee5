"""Prefect's REST API, as far as commands outside a flow need it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from factdesk.errors import FactdeskError

CALL_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""A server on SQLite waits for its own locks for up to 10 s before it answers."""

BUSY_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
_LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


class PrefectError(FactdeskError):
    """Prefect cannot be reached, does not start, or refuses what it is asked."""


@dataclass(frozen=True, slots=True)
class FlowRunState:
    """Where a flow run stands: Prefect's type (COMPLETED, FAILED...), name and message."""

    form: str
    name: str
    message: str | None


class PrefectApi:
    """Asks one Prefect server; ``api_url`` ends in ``/api``.

    Every method raises PrefectError, which names the address, when the server does not answer.
    """

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url.rstrip("/")
        # A proxy of the environment is asked for servers elsewhere, never for one on this machine.
        self._trust_env = not self.api_url.startswith(_LOOPBACK)

    def is_healthy(self) -> bool:
        """Whether the server answers and says that it is well."""
        return self._health() == httpx.codes.OK

    def is_there(self) -> bool:
        """Whether something answers at all, be it only that it wants to know who asks."""
        return self._health() is not None

    def _health(self) -> int | None:
        try:
            answer = httpx.get(f"{self.api_url}/health", timeout=CALL_SECONDS, trust_env=self._trust_env)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return answer.status_code

    def flow_run_state(self, flow_run_id: str) -> FlowRunState:
        """Return the state of one flow run."""
        run = self.call("GET", f"flow_runs/{flow_run_id}")
        state = run.get("state") or {}
        return FlowRunState(state.get("type", "PENDING"), state.get("name", "Pending"), state.get("message"))

    def count_artifacts(self, flow_run_id: str) -> int:
        """Return how many artifacts a flow run has left."""
        body = {"artifacts": {"flow_run_id": {"any_": [flow_run_id]}}}
        return int(self.call("POST", "artifacts/count", body))

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call one address below ``/api`` and return its JSON, None for an answer without a body.

        Prefect answers 503 when its SQLite was locked and nothing was done; then it is asked again.
        """
        try:
            answer = self._request(method, path, body)
            for seconds in BUSY_PAUSES_SECONDS:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    break
                time.sleep(seconds)
                answer = self._request(method, path, body)
            answer.raise_for_status()
            return answer.json() if answer.content else None
        except httpx.HTTPStatusError as error:
            code = error.response.status_code
            raise PrefectError(f"Prefect at {self.api_url} answers {code} to {path}; see its log") from error
        except (httpx.HTTPError, ValueError) as error:
            raise PrefectError(
                f"Prefect at {self.api_url} does not answer ({error}); start it, or unset PREFECT_API_URL"
            ) from error

    def _request(self, method: str, path: str, body: object) -> httpx.Response:
        return httpx.request(
            method,
            f"{self.api_url}/{path}",
            json=body,
            timeout=ANSWER_SECONDS,
            trust_env=self._trust_env,
        )
