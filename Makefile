# Every target is a verb for a person; the work is done by tools/setup, the `tarn` command and pytest.
.DEFAULT_GOAL := help
.PHONY: help setup up down review review-corpus test check format bench pages chaos lock

# In the order in which a failure is cheapest to read.
ROOMS := tests/architecture tests/unit tests/infra tests/functional tests/e2e
BIN := .venv/bin
ACTIONLINT := .tarn/actionlint/actionlint

help: ## Show these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## Get everything the project needs (the other targets do this by themselves)
	@sh tools/setup.sh

up: setup ## Deploy the whole stack to this machine and send a year of flights through it
	@$(BIN)/tarn up

down: setup ## Stop the local cloud
	@$(BIN)/tarn local down

review: setup ## Say what HEAD does to the infrastructure of prod, compared with main
	@$(BIN)/tarn review $(REVIEW)

test: setup ## Run all rooms of tests
	@$(BIN)/python -m pytest $(ROOMS)

check: setup ## Format, lint and types, as the hooks and CI see them
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@if [ -x $(ACTIONLINT) ]; then $(ACTIONLINT) -shellcheck= -pyflakes=; \
	else echo "actionlint is not here (set-up builds it where Go is): workflows were not checked."; fi

format: setup ## Put the code into the one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

review-corpus: setup ## Hold the review to all seeded pull requests (10 minutes)
	@TARN_WHOLE_CORPUS=1 $(BIN)/python -m pytest tests/e2e/test_review_corpus.py

bench: setup ## Measure, and write docs/benchmarks.md
	@$(BIN)/tarn bench

pages: setup ## Look at the review's page in headless Chromium, which has to be installed
	@$(BIN)/python -m tests.pages

chaos: setup ## Play 1,000 schedules of faults, then kill things at 50 moments of `make up` (hours)
	@$(BIN)/python -m tests.functional.exactly_once
	@$(BIN)/python -m tests.e2e.chaos

fuzz: setup ## Judge 10,000 hostile files, and giants of 1 GiB (an hour)
	@$(BIN)/python -m tests.functional.hostile

lock: setup ## Resolve requirements.in into requirements.lock; pins stay unless requirements.in moves them
	@$(BIN)/uv pip compile requirements.in --output-file requirements.lock --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --quiet
