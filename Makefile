# The two commands that matter: `make demo` and `make test`.
# Everything works with Python 3.11+, pip and make alone.

PYTHON ?= python3
ARGS ?=
export PORT HOST SITE_URL

.PHONY: help demo test test-next check bench soak messages lock build format clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 12

demo: ## build, fill and run the product with a fictional world (HOST, PORT)
	@exec $(PYTHON) -m bin.demo

test: ## the whole suite: PostgreSQL, Redis, SQLite where it differs, a browser (ARGS="tests/people -k name")
	@exec $(PYTHON) -m bin.test $(ARGS)

test-next: ## the suite on the newest Wagtail
	@exec $(PYTHON) -m bin.test --next $(ARGS)

check: ## formatting, lint, types, templates, directions, migrations, translations, docs
	@exec $(PYTHON) -m bin.check $(ARGS)

format: ## put Python and templates in form
	@exec $(PYTHON) -m bin.check --format

bench: ## the benchmarks; writes bench/results.json
	@$(PYTHON) -m bin.ready dev
	@exec .venv/bin/python -m bench.run $(ARGS)

soak: ## the long fault, race and fuzz tests
	@exec $(PYTHON) -m bin.test --soak $(ARGS)

messages: ## bring the Vietnamese catalogue in step with the texts
	@$(PYTHON) -m bin.ready dev
	@exec .venv/bin/python -m bin.translations update

lock: ## pin the newest allowed versions, with hashes
	@$(PYTHON) -m bin.lock $(ARGS)

build: ## for production: environment, translations, static files
	@$(PYTHON) -m bin.ready app --build

clean: ## remove the environment and all data of the demo
	rm -rf var .venv .venv-next static_collected .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale locale_vendor -name '*.mo' -delete
