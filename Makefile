# Thin on purpose: what each target does stands in scripts/.
# Settings are read from the environment or given here: make run ATLAS_PORT=9000

.DEFAULT_GOAL := help
.PHONY: help run test setup web db lint lock bench-serving clean

help:   ## Show this list
	@sed -n 's/^\([a-z-]*\): *## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

run:    ## Set up what is missing, then serve the map on 127.0.0.1:8000
	@exec scripts/run

test:   ## Set up what is missing, then run every check and test
	@exec scripts/test

setup:  ## Set up everything for work on the code, and run nothing
	@scripts/environment test && scripts/packages database browser gis redis print && scripts/web

web:    ## Build the map page into api/static
	@scripts/environment run && scripts/web

db:     ## Start the private database server
	@scripts/environment run && scripts/packages database && .venv/bin/atlas db start

lint:   ## Style, types and layers only
	@scripts/environment test && scripts/test lint

lock:   ## Renew the locked dependencies from pyproject.toml
	@scripts/lock

bench-serving: ## Measure the service beside its peers, and write docs/performance.md
	@scripts/environment test && scripts/packages database load && scripts/peers
	@.venv/bin/python -m bench.serving $(BENCH)

clean:  ## Remove what can be made again; the database in .atlas stays
	@rm -rf .venv .venv.tools api/static web/node_modules *.egg-info build
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
