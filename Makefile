# What a developer types. Needs make and CPython 3.11, 3.12 or 3.13, and nothing else.

PYTHON ?=
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
# By file, since tests of one file share what takes a moment to make.
ON_ALL_CORES := --numprocesses auto --maxprocesses 4 --dist loadfile
LOCKS := .ci/build.lock requirements.lock
UV_VERSION := 0.13.8

# One thread for linear algebra: more of them slow down small problems, and sums change order.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help demo test bench screenshots lint format protos vendor lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS=... goes to the command (make demo ARGS=--keep-serving, make test ARGS='-k world')"
	@echo "  PYTHON=... names the interpreter for a new environment"

demo: $(VENV)/installed ## Make a small scholarly world, train, serve and ask
	@$(BIN)/recsys demo $(ARGS)

test: lint ## Run every check: lint, format, types, tests
	$(BIN)/python -m pytest $(ON_ALL_CORES) $(ARGS)

bench: $(VENV)/installed ## Measure speed and memory, each beside something it is held against
	@$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: $(VENV)/installed ## Take pictures of every page (needs chromium)
	@$(BIN)/python -m tests.screenshots $(ARGS)

lint: $(VENV)/installed ## Check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed ## Write the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

protos: $(VENV)/installed ## Generate the Python code of the protos
	$(BIN)/python protos/generate.py

vendor: ## Fetch the graph library of the pages (needs the network and npm)
	.ci/vendor

lock: ## Pin the newest versions that pyproject.toml allows (needs the network)
	python=$$(.ci/find-python $(PYTHON)) && "$$python" -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install -qq --disable-pip-version-check uv==$(UV_VERSION)
	$(VENV)-lock/bin/uv pip compile $(UV_LOCK) $(LOCKED_EXTRAS) pyproject.toml -o requirements.lock
	echo setuptools | $(VENV)-lock/bin/uv pip compile $(UV_LOCK) -c requirements.lock - \
	    -o .ci/build.lock
	rm -rf $(VENV)-lock

# All but encoder-torch: PyTorch is for those who bring a model that needs it.
LOCKED_EXTRAS := --extra training --extra encoder --extra serving --extra web --extra traces --extra postgres --extra dev
UV_LOCK := -q --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
    --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

clean: ## Remove the environment, the caches and what the demo made
	rm -rf $(VENV) $(VENV)-lock demo screenshots build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps: changed locks make a new environment, a changed pyproject.toml is quick.
$(VENV)/locked: $(LOCKS) .ci/install-locked
	@python=$$(.ci/find-python $(PYTHON)) && .ci/install-locked "$$python" $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/locked pyproject.toml
	@$(BIN)/python -m pip install -qq --no-input --disable-pip-version-check \
	    --no-deps --no-build-isolation -e .
	@touch $@
