"""``python -m factdesk.ops.deploying FILE``: hands a rendered file to ``prefect deploy``, after a look.

Prefect deploys a flow that cannot be imported, or parameters that the flow does not take, without a word;
then every scheduled run fails. So the flows are imported and the parameters tried first, in this process,
which needs Prefect anyway. Its last line says what is wrong, and its exit code is `EXIT_UNSOUND`.
"""

from __future__ import annotations

import importlib.util
import inspect
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

EXIT_UNSOUND = 3


def main(path: str) -> int:
    """Look at every deployment, then become ``prefect deploy --all``."""
    deployments = yaml.safe_load(Path(path).read_text(encoding="utf-8"))["deployments"]
    for deployment in deployments:
        fault = find_fault(deployment)
        if fault:
            print(f"the deployment {deployment['name']} cannot run: {fault}")
            return EXIT_UNSOUND
    sys.argv = ["prefect", "--no-prompt", "deploy", "--all", "--prefect-file", path]
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    return 0


def find_fault(deployment: Mapping[str, Any]) -> str | None:
    """Return why a deployment's runs would fail, with the mend; None when they would start."""
    file, _, function = deployment["entrypoint"].rpartition(":")
    # The wall around code that is not ours: whatever a flow's file raises is a fault of that file.
    try:
        flow = _load(Path(file), function)
    except Exception as error:
        return f"{file} cannot be imported ({_words(error)}); mend the file"
    if flow is None or not hasattr(flow, "validate_parameters"):
        return f"{file} has no flow {function}; mend entrypoint"
    schedules = deployment["schedules"] or [{}]
    for parameters in (schedule.get("parameters") or {} for schedule in schedules):
        try:
            _try_parameters(flow, {**deployment["parameters"], **parameters})
        except Exception as error:
            return f"its flow does not take these parameters ({_words(error)}); mend parameters"
    return None


def _load(file: Path, function: str) -> Any:
    sys.path.insert(0, str(file.parent))
    name = f"factdesk_flow_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return getattr(module, function, None)


def _try_parameters(flow: Any, parameters: dict[str, Any]) -> None:
    inspect.signature(flow.fn).bind(**parameters)
    flow.validate_parameters(parameters)


def _words(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
