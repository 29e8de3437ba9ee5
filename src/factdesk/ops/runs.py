"""Runs one flow now, in a process of its own, with a running Prefect server or an ephemeral one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factdesk.config import Home
from factdesk.errors import FactdeskError, UsageError
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.prefect_server import Waiting, end_group, prefect_environment, reason_in
from factdesk.ops.up_state import running_up, up_holder
from factdesk.ops.waiting import show_waiting
from factdesk.reports.words import waiting_line
from factdesk.resources import bundled

FLOWS = ("check_essays", "recheck_sources", "publish_reports")
EXIT_UNREAD = 3
POLL_SECONDS = 0.2
STOP_SECONDS = 10.0

Say = Callable[[str], None]


class FlowError(FactdeskError):
    """A flow did not complete; ``exit_code`` is what its process ended with."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class FlowReport:
    """What a completed run says of itself."""

    flow: str
    seconds: float
    answer: Mapping[str, Any]

    @property
    def exit_code(self) -> int:
        """3 when an essay could not be read or a batch was rejected, else 0."""
        failed = self.answer.get("essays_failed") or self.answer.get("rejected")
        return EXIT_UNREAD if failed else 0


def run_flow(
    home: Home,
    flow: str,
    parameters: Mapping[str, Any],
    *,
    api_url: str | None = None,
    waiting: Waiting | None = None,
) -> FlowReport:
    """Run one flow as a subprocess and return what it says.

    ``api_url`` (else PREFECT_API_URL, else a running ``factdesk up`` of this home) names a running
    server; without one Prefect starts its ephemeral server. Raises FlowError with one sentence,
    PrefectError when the server does not answer (yet), and UsageError for an unknown flow.
    """
    if flow not in FLOWS:
        raise UsageError(f"there is no flow {flow!r}; use one of {', '.join(FLOWS)}")
    log = _log_file(home, flow)
    environment = prefect_environment(home.prefect_home, api_url)
    if "PREFECT_API_URL" not in environment and (url := _server_of_up(home)):
        environment["PREFECT_API_URL"] = url
    _check_server(environment.get("PREFECT_API_URL"))
    since = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="factdesk-run-") as folder:
        question, answer = Path(folder, "parameters.json"), Path(folder, "answer.json")
        question.write_text(json.dumps({"home": str(home.root), **parameters}), encoding="utf-8")
        command = [sys.executable, str(bundled("flows", f"{flow}.py"))]
        command += ["--parameters", str(question), "--answer", str(answer)]
        code = _run_to_its_end(command, environment, log, waiting)
        told = _read_answer(answer)
    return _report(flow, code, told, log, time.monotonic() - since)


def _check_server(api_url: str | None) -> None:
    """Raise PrefectError at once when the server that is named is not there; Prefect would try for long."""
    if api_url and not PrefectApi(api_url).is_there():
        raise PrefectError(
            f"Prefect at {api_url} (PREFECT_API_URL) does not answer; start it, or unset PREFECT_API_URL"
        )


def _server_of_up(home: Home) -> str | None:
    """Return the address of the server of this home's ``factdesk up``, None when there is none.

    One database takes no second server: PrefectError when there is one that does not answer yet.
    """
    holder = up_holder(home)
    if holder is None:
        return None
    up = running_up(home)
    if up is None or not PrefectApi(up.api_url).is_there():
        raise PrefectError(
            f"factdesk up of this home (process {holder}) is starting or stopping; try again in a minute"
        )
    return up.api_url


def _log_file(home: Home, flow: str) -> Path:
    try:
        home.prefect_home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the folder {home.prefect_home} cannot be made ({error.strerror}); name another --home"
        ) from error
    return home.prefect_home / f"{flow}.log"


def _run_to_its_end(
    command: Sequence[str], environment: Mapping[str, str], log: Path, waiting: Waiting | None
) -> int:
    since = time.monotonic()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                if waiting is not None:
                    waiting(time.monotonic() - since)
                time.sleep(POLL_SECONDS)
        finally:
            # After Ctrl-C the flow is asked to stop; its ephemeral server never outlives it.
            end_group(process, signal.SIGINT, STOP_SECONDS)
    return process.returncode


def _read_answer(path: Path) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return answer


def _report(flow: str, code: int, answer: Mapping[str, Any], log: Path, seconds: float) -> FlowReport:
    if code == 0 and answer:
        return FlowReport(flow, seconds, answer)
    sentence = answer.get("error") or f"{flow} ended without an answer ({reason_in(log)})"
    if code == UsageError.exit_code:
        raise FlowError(sentence, code)
    raise FlowError(f"{sentence}; its log is {log}", code if code > 0 else 1)


def run_flow_command(
    home: Home, flow: str, parameters: Sequence[str], *, dry_run: bool, as_json: bool, say: Say
) -> int:
    """Run one flow for the command line, print its answer, return the exit code."""
    wished = {**parse_parameters(parameters), **({"dry_run": True} if dry_run else {})}
    with show_waiting(f"running {flow}") as waiting:
        report = run_flow(home, flow, wished, waiting=waiting)
    if as_json:
        print(json.dumps({"flow": flow, "seconds": round(report.seconds, 1), **report.answer}))
    else:
        for line in report_lines(report):
            print(line)
    if report.answer.get("waiting") and not dry_run:
        say(waiting_line(report.answer["waiting"], report.answer["lock_holder"]))
    if report.answer.get("rejected"):
        say(f"batches rejected by the warehouse: {report.answer['rejected']}; factdesk doctor says why")
    return report.exit_code


def parse_parameters(words: Sequence[str]) -> dict[str, Any]:
    """Return ``name=value`` words as parameters; a name given more than once becomes a list.

    >>> parse_parameters(["places=a.md", "places=b.md", "batch_size=5"])
    {'places': ['a.md', 'b.md'], 'batch_size': '5'}
    """
    parameters: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"the parameter {word!r} is not name=value; write for example places=essays/")
        if name not in parameters:
            parameters[name] = value
        elif isinstance(parameters[name], list):
            parameters[name].append(value)
        else:
            parameters[name] = [parameters[name], value]
    return parameters


def report_lines(report: FlowReport) -> list[str]:
    """Return what a person reads of a run: how much, how it ended, how to look closer."""
    answer = report.answer
    if "plan" in answer:
        return [f"{report.flow} would do this; nothing was done:", *(f"  {line}" for line in answer["plan"])]
    lines = [f"{report.flow} completed in {report.seconds:.0f} s: {answer['line']}"]
    groups = {"essay": "essays", "source": "sources", "verdict": "verdicts", "suggested": "suggested"}
    for group, label in groups.items():
        counts = {
            name.partition(".")[2]: number
            for name, number in answer.get("counts", {}).items()
            if name.startswith(f"{group}.")
        }
        if counts:
            listed = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
            lines.append(f"  {label + ' ':<9}{listed}")
    return lines
