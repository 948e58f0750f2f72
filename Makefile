# Two commands: `make run` starts the whole desk, `make test` passes its tests. Both build what is missing.

PYTHON ?= python3.11
PYTHON_NLU ?= python3.10
VENV := .venv
VENV_NLU := .venv-nlu
DATA ?= ../shared
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test test-long lint figures encoder clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready $(VENV_NLU)/.ready ## build both Python environments and nothing more

run: setup ## start the whole desk; Ctrl-C stops it
	@exec $(BIN)/punte serve

# Three processes on two cores, for many tests wait for others. Each takes the tests of one file at a time, in the order of
# their names: what needs a desk or a browser takes longest and comes first, so that no process waits at the end.
PYTEST_ARGS ?= --numprocesses 3 --dist loadfile --no-loadscope-reorder

test: setup $(VENV)/.ready-dev ## run the tests; those that take minutes each are left to test-long
	@echo "The tests marked long are left out; make test-long runs them."
	$(BIN)/pytest $(PYTEST_ARGS) -m "not long"

test-long: setup $(VENV)/.ready-dev ## run the tests that take minutes each
	$(BIN)/pytest $(PYTEST_ARGS) -m long

lint: setup $(VENV)/.ready-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

figures: setup $(VENV)/.ready-dev ## measure what the READMEs report
	$(BIN)/python -m tests.benchmarks.desk_figures
	$(BIN)/python -m tests.benchmarks.console_figures
	$(BIN)/python -m tests.benchmarks.delivery_figures
	$(BIN)/python -m index.measuring.benchmark --encode
	$(BIN)/punte evaluate index/golden/*.jsonl --names
	$(BIN)/punte nlu evaluate

encoder: $(VENV)/.ready-training ## train the desk's encoder on DATA for hours; stopped, it goes on where it was
	$(BIN)/python -m index.training --data $(DATA) --work build/encoder --out index/weights $(if $(ENTRIES),--entries $(ENTRIES))

clean: ## remove what was built; the desk's own folder stays
	rm -rf $(VENV) $(VENV_NLU) build *.egg-info

# A Python comes from the PATH (pyenv, the system) or else from uv.
make_venv = if $(1) --version >/dev/null 2>&1; then $(1) -m venv $(2); \
	elif command -v uv >/dev/null; then uv venv --quiet --seed --python $(patsubst python%,%,$(1)) $(2); \
	else false; fi

# One line a package says what is going on, with the size of what is large; what pip has to say else is shown when it
# fails. The seconds are those of the recipe's line, which begins with the environment.
install = { $(1) install --progress-bar off $(2) 2>$(3)/pip.log | sed -un 's/^Collecting \([^ ]*\).*/  \1/p; \
	s/^ *Downloading .*(\([0-9.]*\) MB)$$/    \1 MB/p; s/^Installing collected.*/  installing .../p' && \
	echo "  done in $$SECONDS s"; } || { cat $(3)/pip.log >&2; false; }

$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "Building the desk's environment ($(VENV)); the first time this takes some minutes ..."
	@test -x $(BIN)/python || { $(call make_venv,$(PYTHON),$(VENV)); } || \
		{ echo "Punte needs Python 3.11: install it (with pyenv, uv or your system) and run make again."; exit 1; }
	@$(call install,$(BIN)/pip,-c constraints.txt -e .,$(VENV))
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@echo "Adding what the tests need ..."
	@$(call install,$(BIN)/pip,-c constraints.txt -e .[dev],$(VENV))
	@touch $@

$(VENV)/.ready-training: $(VENV)/.ready
	@echo "Adding what training needs ..."
	@$(call install,$(BIN)/pip,-c constraints.txt -e .[training],$(VENV))
	@touch $@

$(VENV_NLU)/.ready: nlu/requirements.txt
	@echo "Building Rasa's environment ($(VENV_NLU)); the first time this takes a minute or two ..."
	@if test -x $(VENV_NLU)/bin/python || { $(call make_venv,$(PYTHON_NLU),$(VENV_NLU)); }; then \
		$(call install,$(VENV_NLU)/bin/pip,--no-deps -r nlu/requirements.txt,$(VENV_NLU)) && touch $@; \
	else \
		echo "Python 3.10 is missing, so the desk runs without Rasa, on its keyword twin; install it and run make again."; \
	fi
