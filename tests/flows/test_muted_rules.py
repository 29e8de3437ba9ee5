"""A flow refuses a muted rule that there is not before it fetches anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from check_essays import CheckEssays
from factdesk.errors import ConfigError
from recheck_sources import RecheckSources


@pytest.mark.parametrize("parameters", [CheckEssays, RecheckSources])
def test_an_unknown_code_stops_a_flow(parameters: type[CheckEssays | RecheckSources], tmp_path: Path) -> None:
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text('[rules]\nmuted = ["typed_conflict"]\n', encoding="utf-8")
    opened = parameters(home=str(tmp_path)).open()
    assert opened.settings.rules.muted == ("typed_conflict",)
    config.write_text('[rules]\nmuted = ["typed_conflicts"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="'typed_conflicts', which is the code of no rule"):
        parameters(home=str(tmp_path)).open()
