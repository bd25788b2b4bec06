# `make demo` and `make test` are all that most people need; each sets up whatever it lacks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo serve test check format build wire recordings bench bench-recorder bench-heatmap fuzz clean

demo: $(VENV)/.runtime ## start Footfall and the demo shop
	@$(BIN)/footfall demo

serve: $(VENV)/.runtime ## start Footfall alone
	@$(BIN)/footfall serve

test: $(VENV)/.dev recorder-js/node_modules/.installed ## every check, then every test
	$(MAKE) --no-print-directory check
	cd recorder-js && npm test --silent
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python tests/browser/other_browsers.py
	$(BIN)/pytest -m alone
	$(BIN)/pytest -m "not alone" -n auto --maxprocesses 4 --dist worksteal

check: $(VENV)/.dev recorder-js/node_modules/.installed ## formatting, lint, types, layers, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	cd recorder-js && npx biome ci --colors=off && npx tsc
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m footfall.wire.typescript - | cmp - recorder-js/src/wire/wire.gen.ts
	cd recorder-js && node build.mjs --check

format: $(VENV)/.dev recorder-js/node_modules/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd recorder-js && npx biome check --write --colors=off

build: wire ## the committed scripts
	cd recorder-js && node build.mjs

wire: $(VENV)/.dev recorder-js/node_modules/.installed
	$(BIN)/python -m footfall.wire.typescript recorder-js/src/wire/wire.gen.ts

recordings: build ## drive the demo shop's visitors again (several minutes)
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m demo.record

bench: $(VENV)/.dev
	for one in benchmarks/[a-z]*.py; do $(BIN)/python -m benchmarks.$$(basename $$one .py) || exit 1; done

bench-recorder: $(VENV)/.dev recorder-js/node_modules/.installed ## beside rrweb, Datadog and Clarity (some 20 minutes)
	$(BIN)/python -m benchmarks.recorder

bench-heatmap: $(VENV)/.dev ## beside datashader, heatmap.js and simpleheat (two minutes)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/heat_peers/requirements.lock
	$(BIN)/python -m benchmarks.heat_peers

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Footfall needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.created requirements.lock pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Not `npm ci`: it refuses where a registry lacks a package for some other platform.
recorder-js/node_modules/.installed: $(VENV)/.dev recorder-js/package-lock.json
	@cd recorder-js && npm install --no-save --loglevel=error --no-audit --no-fund
	@touch $@

fuzz: $(VENV)/.dev ## every decoder by atheris, a minute each; where that has no wheel it says so
	-@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: atheris
	$(BIN)/python -m tests.fuzz 60

clean:
	rm -rf $(VENV) recorder-js/node_modules build dist
