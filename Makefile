# Needs Python 3.11 or newer, make and git. Everything else goes into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo test nightly check docker-test bench bench-commands golden scenarios clean

# Python 3.15 and later are not named: their wheels may not exist yet. PYTHON=... overrides the choice.
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

# Images of Python set it; every worker and every command that a test starts would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

bin := .venv/bin
ready := .venv/.ready

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

demo: $(ready) ## run `scaffold init` on a copy of a sample project; build and start it where Docker answers
	@$(bin)/python scripts/demo.py

test: $(ready) ## the tests that need no Docker
	$(bin)/python -m pytest -n 2 -m 'not docker and not nightly'

nightly: $(ready) ## the long property tests: thousands of random edits, ten minutes or so
	$(bin)/python -m pytest -n 2 -m nightly

check: $(ready) ## ruff and mypy
	$(bin)/ruff check .
	$(bin)/mypy

docker-test: $(ready) ## build, start and ask every sample project; needs Docker Engine 23 or newer
	$(bin)/python -m pytest -m docker --durations=10 tests/docker

bench: $(ready) ## build the generated Dockerfile and hand-written ones side by side; needs Docker
	$(bin)/python -m tests.bench images

bench-commands: $(ready) ## time `scaffold` beside a bare `copier copy`
	$(bin)/python -m tests.bench commands

golden: $(ready) ## write the golden files again
	$(bin)/python -m pytest tests/test_golden.py tests/test_docs.py --update-golden

scenarios: $(ready) ## run the scenarios of an update with scaffold and with Copier; write the table into README
	$(bin)/python -m tests.scenarios

clean: ## remove what make and the tools made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(ready): pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or newer with venv and ensurepip is on PATH." >&2; \
		echo "Install one (Debian, Ubuntu: apt-get install python3-venv), or say which: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(bin)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(bin)/python -m pip install --quiet --editable . --group dev
	@touch $@
