# Every command of the project in one line each. `make setup` is part of all of them and does nothing the second time.
.PHONY: setup packages project run cluster up down test quality bench lint lock
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BUILT = pyproject.toml $(wildcard transforms/documents/*.pyx transforms/documents/*.pxi)
UV = $(firstword $(wildcard .venv/bin/uv) uv)
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet

setup:    # virtual environment in .venv, locked packages, the `archive` command
	@cmp -s requirements.lock .venv/requirements.lock || $(MAKE) --no-print-directory packages
	@cat $(BUILT) | cmp -s - .venv/built && test -x .venv/bin/archive || $(MAKE) --no-print-directory project

packages: # from nothing, so that an interrupted install never stays; uv when it can reach an index, pip as configured here otherwise
	@test -n "$(PYTHON)" || { echo "make setup: Python 3.11-3.13 with venv is needed; name it with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@{ $(PIP) install --require-hashes -r .venv/uv.txt && UV_HTTP_RETRIES=1 .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock; } || { echo "uv could not install the packages, going on with pip" >&2; $(PIP) install --no-compile --require-hashes -r requirements.lock; }
	@cp requirements.lock .venv/requirements.lock

project:
	@$(PIP) install --no-deps --no-build-isolation -e .
	@cat $(BUILT) > .venv/built

run: setup   # the whole path on the sample nation, with a summary at the end
	@.venv/bin/python -m dags.support.demo run

cluster: setup   # the same with Celery workers, PostgreSQL and Valkey on loopback, in .data/cluster
	@.venv/bin/python -m dags.support.demo cluster

up: setup    # the Airflow UI on what is there
	@.venv/bin/python -m dags.support.demo up

down: setup
	@.venv/bin/python -m dags.support.demo down

test: setup  # a file is one process's, so that what a file sets up is set up once
	@.venv/bin/python -m pytest -n auto --dist loadfile

quality: setup   # how well the labelled pages are read, and the worst mistakes; QUALITY="--field year --worst 20"
	@.venv/bin/python -m tests.labelled.score $(QUALITY)

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

bench: setup # cost and quality; writes docs/benchmarks.md; BENCH="peers --pages 5000" chooses
	@.venv/bin/python -m tests.benchmarks.run $(BENCH)

lock:        # after a change of the dependencies in pyproject.toml; add --upgrade by LOCKFLAGS
	$(UV) pip compile pyproject.toml --extra dev --extra cluster --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header $(LOCKFLAGS) -o requirements.lock
