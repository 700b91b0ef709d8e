# make run and make test do all the set-up; none of the targets asks anything.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test install check bench coverage train dist migration lock clean

run: .venv/installed
	$(BIN)/motherpost run --demo

test: .venv/installed-dev
	$(BIN)/pytest -n auto --dist worksteal

coverage: .venv/installed-dev
	$(BIN)/pytest -q -n auto --dist worksteal --cov --cov-report=term tests

install: .venv/installed

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/motherpost check

bench: .venv/installed-dev
	$(BIN)/python -m bench

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本：make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

# Hashed locks: what is installed is what was tested.
.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# The weights of the reading model, from the texts in train/: the same texts, the same bytes.
train: .venv/installed
	$(BIN)/python -m train.reading_model
	$(BIN)/python -m train.screening_model
	$(BIN)/python -m train.grouping_model

# Needs uv. Run it after changing the dependencies in pyproject.toml.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.lock

# Everything that a release needs, as one archive that is unpacked into an empty folder.
dist: .venv/installed
	$(BIN)/python -m bot.release dist

# make migration NAME=what_it_adds
migration: .venv/installed
	$(BIN)/python -m storage.new_migration "$(NAME)"

clean:
	rm -rf .venv
