# Every target is a command that one could type; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
NODE_INSTALLED := node_modules/.installed
SCENARIO ?= scenarios/phishing.yaml
export SOURCE_DATE_EPOCH ?= 315532800
# The tests start commands by the hundred, each half a second sooner where bytecode is kept.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

.PHONY: packages
packages: $(INSTALLED) ## compile scenarios/ to packages in build/
	$(BIN)/scormkit build scenarios --out build

.PHONY: preview
preview: $(INSTALLED) ## play a scenario while writing it: make preview SCENARIO=scenarios/phishing.yaml
	$(BIN)/scormkit preview $(SCENARIO)

.PHONY: test
test: $(INSTALLED) $(NODE_INSTALLED) browser ## run every check: ruff, mypy, node, pytest with a real browser
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint player compiled
	$(BIN)/python -m pytest -n 6 --dist worksteal

.PHONY: test-all
test-all: export SCORMKIT_TEST_ALL = 1
test-all: test ## the same, with every ending and scene in each edition and frame: longer

.PHONY: lint
lint: $(INSTALLED) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers auto

.PHONY: player
player: $(NODE_INSTALLED) ## the player's tests, under node
	node --test tests/player/*.test.js

# Else each of pytest's processes would make the bytecode of all tests, the same six times over. What
# is wrong with a test is told when they run.
.PHONY: compiled
compiled: $(INSTALLED)
	@$(BIN)/python -m pytest --collect-only > /dev/null 2>&1 || true

.PHONY: bench
bench: $(INSTALLED) $(NODE_INSTALLED) browser ## measure speed, size and memory; writes build/bench.json
	$(BIN)/python -m bench.bench

.PHONY: demo
demo: $(INSTALLED) $(NODE_INSTALLED) browser ## the whole product: play, record, register, evidence pack; left in build/demo
	PYTHONPATH=tests/browser:tests/lrs:tests/lrs/register $(BIN)/python -m scripts.demo

.PHONY: golden
golden: $(INSTALLED) ## write the golden files anew; read the difference before committing it
	$(BIN)/python tests/scormkit/golden.py
	PYTHONPATH=. $(BIN)/python tests/lrs/evidence/sheet_list.py

.PHONY: screenshots
screenshots: $(INSTALLED) browser ## take the pictures in docs/ anew; look at them before committing them
	$(BIN)/python -m scripts.screenshots

.PHONY: lock
lock: $(INSTALLED) ## pin the dependencies anew, with hashes and without addresses
	$(BIN)/pip-compile -q --upgrade --strip-extras --generate-hashes --allow-unsafe --extra lrs --extra dev \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.lock pyproject.toml
	npm install --package-lock-only --ignore-scripts

.PHONY: browser
browser:
	@scripts/need.sh chromium -- sh -c 'command -v chromium || command -v google-chrome'

.PHONY: clean
clean: ## remove what was built and installed
	rm -rf build .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock pyproject.toml
	@scripts/need.sh python3-venv -- $(PYTHON) -c 'import ensurepip, venv'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(NODE_INSTALLED): package-lock.json
	@scripts/need.sh nodejs npm -- sh -c 'command -v node && command -v npm'
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
