# Every command a person or CI needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A fifth of the processor time of the tests goes into compiling modules anew in each process.
unexport PYTHONDONTWRITEBYTECODE
# The web UI of the Message Centre, where it is there.
WEB := message_centre/web
WEB_STAMP := $(WEB)/node_modules/.installed
WEB_PAGES := $(WEB)/dist/browser/index.html

.PHONY: help install run stop fresh dev reindex test check lint types imports unit engine test-engine bench-recipients bench-sending bench-events bench-lag bench-analytics openapi event-schema fmt lock clean bench-campaign

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

install: $(STAMP) ## Make the virtual environment from the lock

run: install $(if $(wildcard $(WEB)/package.json),$(if $(shell command -v npm),$(WEB_PAGES))) ## Start the local stack, run the sample campaign, keep serving (FRESH=1: new state; EXIT=1: stop at the end; ANALYTICS=opensearch; ENGINE=pulumi; EVENTS=firehose)
	$(BIN)/python -m local run $(if $(FRESH),--fresh) $(if $(EXIT),--exit) $(if $(ANALYTICS),--analytics $(ANALYTICS)) $(if $(ENGINE),--engine $(ENGINE)) $(if $(EVENTS),--event-delivery $(EVENTS))

dev: install ## `chalice local` against the running local stack (PORT=8000)
	$(BIN)/python -m local dev --port $(or $(PORT),8000)

reindex: install ## Build the running local stack's statistics anew beside those in force (CANCEL=1: give up what is being built)
	$(BIN)/python -m local reindex $(if $(CANCEL),--cancel)

test: install lint types imports web-test unit ## Everything that CI checks

check: test ## The same, under the name that contributors look for

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

imports: install
	PYTHONPATH=.:chalice_app $(BIN)/lint-imports
	[ ! -d message_centre ] || PYTHONPATH=.:chalice_app $(BIN)/lint-imports --config message_centre/imports.toml

unit: install engine
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

engine: install ## Build Pulumi's CLI from its Go module, once (Go; minutes the first time)
	$(BIN)/python -m local.engine.build

test-engine: install engine ## Deploy, change, break and destroy the whole program with the true engine
	$(BIN)/python -m pytest tests/engine

bench-recipients: install ## The import pass against a bare csv.reader, its memory and cost (ROWS=1000000 LARGE_ROWS=10000000)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.recipients --rows $(or $(ROWS),1000000) --large-rows $(or $(LARGE_ROWS),10000000)

bench-sending: install ## Send workers against bare loops: processor time, rate, memory, cost (MESSAGES=300 TURNS=3 RATE=30)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.sending --messages $(or $(MESSAGES),300) --turns $(or $(TURNS),3) --per-second $(or $(RATE),30)

bench-campaign: install ## A whole campaign on the local stack, counted by SES's record (MESSAGES=10000 BULK=1 RATE=500)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.campaign --messages $(or $(MESSAGES),10000) --bulk $(or $(BULK),1) --per-second $(or $(RATE),500)

openapi: install ## Write the description of the API anew, and what follows from it: the client, the pages of problems
	PYTHONPATH=.:chalice_app $(BIN)/python -m local.published
	[ ! -d message_centre ] || $(BIN)/python -m message_centre.wrapper_api

event-schema: install ## Write the schema of the events anew (docs/events.schema.json)
	PYTHONPATH=.:chalice_app $(BIN)/python -m local.event_schema

bench-events: install ## The processor time of an event of SES against json.loads (EVENTS=100000 TURNS=5)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.events --events $(or $(EVENTS),100000) --turns $(or $(TURNS),5)

bench-lag: install ## How long after an event the API shows it, on the local stack with SQLite and OpenSearch (EVENTS=60)
	$(BIN)/python -m benchmarks.lag --events $(or $(EVENTS),60)

bench-analytics: install ## A million events in any order, some twice, in a real OpenSearch (EVENTS=1000000 MESSAGES=1000000)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.analytics --events $(or $(EVENTS),1000000) --messages $(or $(MESSAGES),1000000)

fmt: install ## Format and apply safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: install ## Compile the locks again after a change of requirements*
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.lock
	{ echo '# Compiled by `make lock` from requirements.in; boto3 and what it brings come with the Lambda runtime.'; \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11 \
	    --no-emit-package botocore --no-emit-package grpcio \
	    --no-emit-package jmespath --no-emit-package opensearch-protobufs --no-emit-package protobuf --no-emit-package python-dateutil --no-emit-package s3transfer \
	    --no-emit-package six --no-emit-package urllib3 -c requirements-dev.lock chalice_app/requirements.in; \
	  grep -E '^chalice==' requirements.txt \
	    | $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-deps --universal --python-version 3.11 -; \
	} > chalice_app/requirements.txt
	[ ! -d message_centre ] || { echo '# Compiled by `make lock` from requirements.in; boto3 and what it brings come with the Lambda runtime.'; \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11 \
	    --no-emit-package botocore --no-emit-package jmespath --no-emit-package python-dateutil --no-emit-package s3transfer \
	    --no-emit-package six --no-emit-package urllib3 -c requirements-dev.lock message_centre/wrapper_api/requirements.in; \
	  grep -E '^chalice==' requirements.txt \
	    | $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-deps --universal --python-version 3.11 -; \
	} > message_centre/wrapper_api/requirements.txt

clean: ## Remove what was built (the local stack's state too)
	rm -rf build .local $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.PHONY: api-baseline reference bench-api

api-baseline: openapi ## Promise the API as it is now: breaking changes are found against docs/api-baseline.json
	cp chalice_app/chalicelib/entrypoints/http/openapi.json docs/api-baseline.json

reference: install ## Make the page to read the API in: docs/reference/index.html (Redoc from npm, once)
	PYTHONPATH=.:chalice_app $(BIN)/python -m local.published reference

bench-api: install ## What the API adds to bare Chalice, in one process and over HTTP, what functions import when they start, the zip's size (CALLS=1000 HTTP_CALLS=300 TURNS=5)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.api --calls $(or $(CALLS),1000) --http-calls $(or $(HTTP_CALLS),300) --turns $(or $(TURNS),5)

.PHONY: web web-test chromium screenshots bench-centre

ifneq ($(wildcard $(WEB)/package.json),)
$(WEB_STAMP): $(WEB)/package-lock.json
	cd $(WEB) && npm ci --no-audit --no-fund
	@touch $@

$(WEB_PAGES): $(WEB_STAMP) $(shell find $(WEB)/src $(WEB)/public -type f) chalice_app/chalicelib/entrypoints/http/openapi.json \
  message_centre/wrapper_api/openapi.json
	cd $(WEB) && npm run build

web: $(WEB_STAMP) ## Build the Message Centre's web UI (message_centre/web/dist)
	cd $(WEB) && npm run build

web-test: $(WEB_STAMP) chromium ## Lint, test and build the Message Centre's web UI and hold it to its transfer size
	cd $(WEB) && npm run check

chromium: # Tests in a browser need one; where apt is and may be used, it brings it
	@test -n "$$CHROMIUM" || command -v chromium google-chrome google-chrome-stable chromium-browser > /dev/null \
	  || { test "$$(id -u)" = 0 && command -v apt-get > /dev/null && apt-get update -q && apt-get install -y -q chromium; } \
	  || { echo "no Chromium: install one, or say where it is by CHROMIUM" >&2; exit 1; }

screenshots: install web chromium ## Draw the Message Centre's pages (build/screenshots; those in message_centre/docs/screenshots are copies)
	$(BIN)/python -m message_centre.tests.e2e.screenshots build/screenshots

bench-centre: install web chromium ## How fast the Message Centre's list of 10,000 recipients answers in Chromium
	mkdir -p build && $(BIN)/python -m message_centre.tests.e2e.interactions
else
web web-test chromium screenshots bench-centre:
	@true
endif

.PHONY: cost

cost: install ## What a million mails cost in the whole platform, written into docs/operations.md (COUNT=1: count the calls anew)
	PYTHONPATH=.:chalice_app $(BIN)/python -m benchmarks.system_cost $(if $(COUNT),--count)

.PHONY: run-centre

run-centre: install ## Start platform and Message Centre in a folder of its own, for work on the pages (FOLDER=.local/centre SAMPLE=0)
	$(BIN)/python -m message_centre.local --folder $(or $(FOLDER),.local/centre) $(if $(filter 0,$(SAMPLE)),--no-sample)
