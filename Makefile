# The one door: every command that a person or a machine needs stands here.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BENCH_VENV := .bench-venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := --no-deps --require-hashes -r

export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.PHONY: help setup setup-dev demo test fmt check quality bench torture-desk torture-flows torture-sources torture-warehouse docs wheel clean

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMPS)/project  ## Make .venv with the pinned packages and Factdesk in it

setup-dev: $(STAMPS)/dev  ## The same, with the tools for tests and checks

demo: setup  ## Run the main job on sample essays, a sample press site and a real Prefect server
	$(BIN)/factdesk demo --once

test: setup-dev  ## Run all tests
	@test -x /usr/bin/chromium \
		|| { echo "The browser tests need Debian's Chromium; install it: apt-get install chromium fonts-dejavu-core" >&2; exit 1; }
	@test -x /usr/sbin/nginx || { echo "The tests of docs/serving.md need nginx; install it: apt-get install nginx" >&2; exit 1; }
	@command -v systemd-analyze >/dev/null \
		|| { echo "The test of docs/factdesk.service needs systemd-analyze; install it: apt-get install systemd" >&2; exit 1; }
	$(BIN)/pytest -n 2 --dist loadfile

fmt: setup-dev  ## Format the code, and mend what the linter can mend by itself
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

check: setup-dev  ## Lint, types, import rules, no way past the guard, nothing of this machine in the tree
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/check_connections.py
	$(BIN)/python .ci/check_tree.py

quality: setup  ## Measure claims and verdicts against the floors of tests/quality/floors.json
	$(BIN)/python tests/quality/measure.py

bench: setup-dev $(BENCH_VENV)/.stamp $(if $(filter all,$(PEERS)),$(BENCH_VENV)-all/.stamp)  ## Compare with named peers, in a venv of their own (PEERS=all: one more)
	$(BIN)/python bench/run.py

torture-desk: setup-dev  ## Kill the desk while somebody decides, 50 times (SHORT=1: 5); nothing may be lost or doubled
	$(BIN)/python tests/torture/desk.py

torture-flows: setup-dev  ## Kill the running service at random, 10 rounds (SHORT=1: 3); nothing may be lost
	$(BIN)/python tests/torture/flows.py

torture-sources: setup-dev  ## Kill a gathering process at random, 10 rounds (SHORT=1: 2); nothing may be lost
	$(BIN)/python tests/torture/sources.py

torture-warehouse: setup-dev  ## Kill writers, keepers and publishers at random 200 times (SHORT=1: 20), damage logs, fill disks; nothing may be lost
	$(BIN)/python tests/torture/warehouse.py

docs: setup-dev  ## Make records.md, reports.md and the pictures of the pages anew (needs Debian's chromium)
	$(BIN)/python docs/make_records.py
	$(BIN)/python docs/make_reports.py
	$(BIN)/python docs/make_report_pictures.py
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python docs/make_desk_pictures.py
	$(BIN)/python docs/make_prefect_pictures.py

wheel: setup  ## Build dist/factdesk-*.whl
	rm -rf dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean:  ## Remove what setup, demo and wheel made
	rm -rf $(VENV) $(BENCH_VENV) $(BENCH_VENV)-all .demo dist

# pip is the last thing that venv makes: a venv without it is made again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
		|| { echo "Factdesk needs Python 3.11 or 3.12, and $(PYTHON) is another; name one: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "$(PYTHON) lacks its venv module; install it: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/locked: requirements.lock | $(BIN)/pip
	@echo "Installing the pinned packages (half a minute on a quiet machine) ..."
	$(PIP) install $(LOCKED) requirements.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/project: pyproject.toml src/factdesk/__init__.py $(STAMPS)/locked
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/project
	$(PIP) install $(LOCKED) requirements-dev.lock
	@touch $@

$(BENCH_VENV)/.stamp: requirements-bench.lock
$(BENCH_VENV)-all/.stamp: requirements-bench-all.lock
$(BENCH_VENV)/.stamp $(BENCH_VENV)-all/.stamp:
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check --quiet install $(LOCKED) $<
	@touch $@
