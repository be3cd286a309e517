# Every command of the project. `make` alone lists them.
PYTHON ?= python3
SERVE ?= 1
ARGS ?=
JOBS ?= 2
# The register of this checkout stays in it; `maillage` alone uses the user's data folder.
export MAILLAGE_HOME ?= $(CURDIR)/var

BIN := .venv/bin

.PHONY: help setup demo serve server test check bench fix wheel clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

setup: .venv/.setup ## make .venv with the pinned packages

.venv/.setup: pyproject.toml constraints.txt scripts/setup/environment.sh
	@PYTHON=$(PYTHON) scripts/setup/environment.sh
	@touch $@

.venv/.develop: pyproject.toml constraints.txt scripts/setup/environment.sh
	@PYTHON=$(PYTHON) scripts/setup/environment.sh develop,server,roads
	@touch $@ .venv/.setup

# Compiled again where the engine's sources changed; in a moment where they did not. Bytecode as well: where
# Python may not write it (PYTHONDONTWRITEBYTECODE), each command would compile a hundred files anew.
ENGINE = @$(BIN)/python -m compileall -qq api data geo maps scripts || true; $(BIN)/python -m scripts.build_engine

demo: setup ## build the sample register, print the coverage, write the maps, serve (SERVE=0: do not serve)
	$(ENGINE)
	@$(BIN)/maillage demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: setup ## serve the register of this checkout on http://127.0.0.1:8000
	$(ENGINE)
	@$(BIN)/maillage serve

server: .venv/.develop ## run PostGIS, two workers and nginx on http://127.0.0.1:8080, as compose.yaml does (ARGS='--port …')
	@scripts/setup/system.sh optional postgresql postgresql-postgis
	@scripts/setup/system.sh optional nginx
	$(ENGINE)
	@$(BIN)/python -m scripts.servers $(ARGS)

test: .venv/.develop ## run all tests (ARGS='…' goes to pytest)
	@scripts/setup/system.sh optional chromium
	@scripts/setup/system.sh optional postgresql postgresql-postgis
	@scripts/setup/system.sh optional redis-server
	$(ENGINE)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: .venv/.develop ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: .venv/.develop ## mend what the style checker can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.develop ## measure, and print the table of docs/benchmarks.md
	$(ENGINE)
	@$(BIN)/python -m scripts.bench

wheel: .venv/.develop ## build the wheel into dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## remove what the commands made (never the register in var/)
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis test-artefacts
