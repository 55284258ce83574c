# Every target is a command that one could type; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NODE_STAMP := node_modules/.installed
export SOURCE_DATE_EPOCH ?= 315532800

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: packages
packages: $(STAMP) ## compile scenarios/ to packages in build/ (the main job)
	$(BIN)/scormkit build scenarios --out build

.PHONY: test
test: $(STAMP) $(NODE_STAMP) chromium lint ## run every check
	node --test tests/player/
	$(BIN)/python -m pytest

.PHONY: lint
lint: $(STAMP) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: bench
bench: $(STAMP) $(NODE_STAMP) chromium ## measure speed, size and memory; writes build/bench.json
	$(BIN)/python -m bench.bench

.PHONY: golden
golden: $(STAMP) ## write the golden files anew; read the difference before committing it
	$(BIN)/python -m tests.golden

.PHONY: lock
lock: $(STAMP) ## pin the dependencies anew, with hashes
	$(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --allow-unsafe --extra dev -o requirements.lock pyproject.toml

.PHONY: clean
clean: ## remove what was built and installed
	rm -rf build $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
