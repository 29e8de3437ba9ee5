"""Each fault of a prefect.yaml is one sentence that names the file, the deployment, the key and the mend."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
import yaml

from factdesk.config import open_home
from factdesk.errors import ConfigError
from factdesk.ops.prefect_file import DEFAULT_ANCHOR, prefect_file_path, read_prefect_file
from factdesk.ops.schedule_rules import CronRule, IntervalRule
from factdesk.resources import bundled

GOOD = yaml.safe_load("""
deployments:
  - name: tiny
    entrypoint: flows/tiny.py:tiny
    description: A tiny flow.
    tags: [factdesk]
    parameters: {size: 3}
    schedules:
      - {slug: nightly, cron: "15  2 * * *", timezone: Europe/London, active: true}
      - {slug: often, interval: 60, timezone: UTC, active: false, parameters: {size: 4}}
""")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "tiny.py").write_text("")
    return open_home(tmp_path)


def read(home, body):
    text = body if isinstance(body, str) else yaml.safe_dump(body)
    (home.root / "config" / "prefect.yaml").write_text(text, encoding="utf-8")
    return read_prefect_file(home)


def test_a_file_becomes_records(home):
    (tiny,) = read(home, GOOD).deployments
    assert (tiny.name, tiny.function, tiny.tags) == ("tiny", "tiny", ("factdesk",))
    assert tiny.flow_file == (home.root / "flows" / "tiny.py").resolve()
    nightly, often = tiny.schedules
    assert nightly.rule == CronRule("15 2 * * *", "Europe/London")
    assert often.rule == IntervalRule(60, DEFAULT_ANCHOR, "UTC")
    assert (nightly.active, often.active, often.parameters) == (True, False, {"size": 4})
    assert tiny.schedule("often") is often
    assert tiny.schedule("never") is None


def test_a_home_without_a_file_has_the_bundled_one(home):
    assert prefect_file_path(home) == bundled("config", "prefect.yaml")


def test_a_home_may_use_flows_that_come_with_factdesk(home):
    body = copy.deepcopy(GOOD)
    body["deployments"][0]["entrypoint"] = "flows/check_essays.py:check_essays"
    (one,) = read(home, body).deployments
    assert one.flow_file == bundled("flows", "check_essays.py")


def test_an_anchor_without_offset_is_on_the_clock_of_its_zone(home):
    body = copy.deepcopy(GOOD)
    schedule = body["deployments"][0]["schedules"][0]
    del schedule["cron"]
    schedule.update(interval=60, anchor_date="2026-07-01 09:00")
    (tiny,) = read(home, body).deployments
    assert tiny.schedules[0].rule == IntervalRule(60, datetime(2026, 7, 1, 8, tzinfo=UTC), "Europe/London")


def change(place, **keys):
    def do(body):
        deployment = body["deployments"][0]
        target = {"file": body, "deployment": deployment, "schedule": deployment["schedules"][0]}[place]
        for key, value in keys.items():
            if value is None:
                del target[key]
            else:
                target[key] = value

    return do


def add_twin(body):
    body["deployments"].append(copy.deepcopy(body["deployments"][0]))


IN_NIGHTLY = "the deployment tiny, schedule nightly "


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change("file", colour="red"), "the file has the unknown key 'colour'; remove it or mend its name"),
        (change("deployment", tag="x"), "the deployment tiny has the unknown key 'tag'; remove it"),
        (change("schedule", crno="x"), f"{IN_NIGHTLY}has the unknown key 'crno'; remove it"),
        (change("schedule", rrule="FREQ=DAILY"), f"{IN_NIGHTLY}has the unknown key 'rrule'"),
        (change("schedule", slug=None), "the deployment tiny, schedule number 1 lacks the key 'slug'; give"),
        (change("schedule", active=None), f"{IN_NIGHTLY}lacks the key 'active'; write active: true"),
        (change("schedule", timezone=None), f"{IN_NIGHTLY}lacks the key 'timezone'; name one"),
        (change("deployment", name=None), "the deployment number 1 lacks the key 'name'; give it one"),
        (change("deployment", description=None), "the deployment tiny lacks the key 'description'; say"),
        (change("schedule", cron="61 * * * *"), f"{IN_NIGHTLY}has a bad 'cron' ('61 * * * *'): bad minute"),
        (change("schedule", cron=5), f"{IN_NIGHTLY}has a bad 'cron' (5): input should be a valid string; wr"),
        (change("schedule", timezone="Mars/Base"), "bad 'timezone' ('Mars/Base'): it is no IANA time zone"),
        (change("schedule", active="yes"), "bad 'active' ('yes'): input should be a valid boolean; write tr"),
        (change("schedule", interval=60), f"{IN_NIGHTLY}".strip() + ": it must have either cron or interval"),
        (change("schedule", cron=None), f"{IN_NIGHTLY}".strip() + ": it must have either cron or interval"),
        (
            change("schedule", cron=None, interval=86_400),
            "runs twice when the clocks of Europe/London change",
        ),
        (
            change("schedule", cron=None, interval="1 h"),
            "bad 'interval' ('1 h'): input should be a valid int",
        ),
        (change("schedule", cron=None, interval=0), "bad 'interval' (0)"),
        (change("schedule", anchor_date="2026-01-01"), "anchor_date belongs to an interval; remove it"),
        (
            change("schedule", cron=None, interval=9, anchor_date="soon"),
            "'anchor_date' ('soon'): it is no date",
        ),
        (change("schedule", slug="often"), "the deployment tiny, schedule often stands there 2 times; give"),
        (change("deployment", name="a/b"), "bad 'name' ('a/b'): string should match pattern"),
        (
            change("deployment", entrypoint="flows/none.py:f"),
            "the deployment tiny names in entrypoint the file",
        ),
        (change("deployment", entrypoint="flows/tiny.py"), "bad 'entrypoint'"),
        (
            change("deployment", schedules={}),
            "bad 'schedules' ({}): input should be a valid list; write a list",
        ),
        (change("deployment", schedules=["x"]), "schedule number 1 is no table of keys and values"),
        (add_twin, "the deployment tiny stands there 2 times; give each a name of its own"),
        (change("file", deployments=[]), "bad 'deployments'"),
    ],
)
def test_a_fault_is_one_sentence(home, spoil, said):
    body = copy.deepcopy(GOOD)
    spoil(body)
    with pytest.raises(ConfigError) as told:
        read(home, body)
    message = str(told.value)
    assert message.startswith(f"{home.root / 'config' / 'prefect.yaml'}: ")
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is no table"),
        ("- a", "the file is no table"),
        ("deployments:\n - schedules:\n   - cron: */5 * * * *\n", "line 3: while scanning an alias"),
        ("deployments:\n - cron: */5 * * * *\n", "put the cron text in quotes"),
        ("deployments:\n - name: x\n   name: y\n", "line 2: the key 'name' is given twice"),
        ("? [1]\n: 2\n", "line 1: while constructing a mapping"),
        ("deployments: [", "is not valid YAML (line 1:"),
        ("a: 2026-99-99", "is not valid YAML"),
    ],
)
def test_a_file_that_is_no_yaml_says_where(home, text, said):
    with pytest.raises(ConfigError) as told:
        read(home, text)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_cannot_be_read_is_named(home):
    (home.root / "config" / "prefect.yaml").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ConfigError, match=r"prefect\.yaml is not valid YAML"):
        read_prefect_file(home)
