# The verbs of this repository; the same here and in CI. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?= tests
MUTANTS ?=
PYTHON27 ?= python2.7
AUTOBAHN := .rowcast/autobahn
URL ?= http://localhost:8000/

.DEFAULT_GOAL := help
.PHONY: help run test mutants style types layers latency load chaos restarts fuzz autobahn page bench-writes bench-gateway screenshots lock clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run ## start everything: servers, migrate, listener, gateway, site, simulator
	@exec $(BIN)/python -m project.development

test: $(VENV)/dev ## run the tests (one file: make test TESTS=tests/ws)
	@exec $(BIN)/python -m pytest $(TESTS)

mutants: $(VENV)/dev ## break each rule of the protocol and see its test fail (one rule: make mutants MUTANTS=D2)
	@$(BIN)/python -m tests.mutants $(MUTANTS)

style: $(VENV)/dev ## ruff: formatting and rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev ## mypy, strict
	$(BIN)/mypy

layers: $(VENV)/dev ## import-linter: who may import whom
	$(BIN)/lint-imports

latency: $(VENV)/dev ## from commit to message, beside a `make run` (DATABASE_URL as it printed)
	@$(BIN)/python -m stress.latency --database-url "$${DATABASE_URL:?set it to what make run printed}"

page: $(VENV)/dev ## the page's memory and frames in Chromium, beside a `make run` (PAGE='--seconds 60 --every 10')
	@$(BIN)/python -m stress.page $(PAGE)

load: $(VENV)/run ## thor's load test beside a `make run` (with options: make load LOAD='-a 500')
	@exec stress/test_load.sh $(LOAD)

chaos: $(VENV)/run ## kill, stop and cut off everything while rows change, and compare (CHAOS='--seed 7 --faults 50')
	@exec $(BIN)/python -m stress.chaos $(CHAOS)

restarts: $(VENV)/dev ## replace the gateway's workers under load, again and again (RESTARTS='--restarts 5 --clients 500')
	@$(BIN)/python -m project.development.servers $(BIN)/python -m stress.restarts $(RESTARTS)

fuzz: $(VENV)/dev ## say everything to a gateway that a client can, and watch it (FUZZ='--seconds 3600 --seed 7')
	@$(BIN)/python -m project.development.servers $(BIN)/python -m tests.fuzz $(FUZZ)

autobahn: $(VENV)/dev $(AUTOBAHN)/installed ## the Autobahn test suite; needs CPython 2.7 (PYTHON27=…, SUITE='--cases 1.* 7.*')
	@exec $(BIN)/python -m tests.autobahn --wstest $(AUTOBAHN)/python27/bin/wstest $(SUITE)

bench-writes: $(VENV)/dev ## what the triggers cost writers, with servers of its own (WRITES='--rounds 2 --only latency')
	@$(BIN)/python -m project.development.servers $(BIN)/python -m stress.writes $(WRITES)

bench-gateway: $(VENV)/bench ## what a delivery, a client and a handshake cost, with servers of its own (GATEWAY='--rounds 1 --only memory')
	@$(BIN)/python -m project.development.servers $(BIN)/python -m stress.gateway $(GATEWAY)

screenshots: $(VENV)/dev ## pictures for the README, beside a `make run` (its address: make screenshots URL=…)
	@$(BIN)/python -m project.development.screenshots --url "$(URL)"

lock: $(VENV)/dev ## resolve pyproject.toml into requirements/ again (needs uv)
	for group in run dev bench; do \
	    uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
	        --quiet --group $$group pyproject.toml --output-file requirements/$$group.txt; \
	done

clean: ## remove the virtual environment and the development servers' data
	rm -rf $(VENV) .rowcast

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Rowcast needs Python 3.11 or newer, but $(PYTHON) is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV) || { echo 'The venv module is missing; on Debian: apt-get install python3-venv'; rm -rf $(VENV); exit 1; }
	@touch $@

# The stamp of a group of packages: what the lock says is installed, so that a second start needs no network.
$(VENV)/%: requirements/%.txt | $(VENV)/python
	@echo 'Installing requirements/$*.txt into $(VENV) …'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The suite was written for CPython 2.7, for which virtualenv makes environments up to 20.21.
$(AUTOBAHN)/installed: requirements/virtualenv.txt requirements/autobahn.txt
	@$(PYTHON27) --version >/dev/null 2>&1 || { echo 'The suite needs CPython 2.7. Name it: make autobahn PYTHON27=…/bin/python2.7'; exit 1; }
	@echo 'Installing requirements/autobahn.txt into $(AUTOBAHN) …'
	@$(PYTHON) -m venv $(AUTOBAHN)/virtualenv
	@$(AUTOBAHN)/virtualenv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/virtualenv.txt
	@$(AUTOBAHN)/virtualenv/bin/virtualenv --quiet --python "$$(command -v $(PYTHON27))" $(AUTOBAHN)/python27
	@$(AUTOBAHN)/python27/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/autobahn.txt
	@touch $@
