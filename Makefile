# The portal's commands. `make` alone prints them.
# The first of these that can make an environment. The system's own is built with every optimisation; one compiled by
# a version manager as a rule is not, and takes a sixth longer for everything (docs/decisions/0046).
PYTHON ?= $(wildcard /usr/bin/python3.11) python3.11 python3
BIN := .venv/bin
.DEFAULT_GOAL := help
# Every start loads six hundred modules of ours: compiled once, whatever the surroundings say (a fifth of the time).
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help run fresh demo test fast fmt docs messages golden bench lock

help: ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/bin/pip: # comes last: an environment that was cut short is made again
	@for python in $(PYTHON); do \
		if $$python -c "import ensurepip, venv" 2>/dev/null && $$python -m venv .venv; then exit 0; fi; \
	done; echo "Python 3.11 with venv is needed: apt-get install python3.11 python3.11-venv" >&2; exit 1

# Modules are compiled afterwards, on all processors: pip does it on one.
define install
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r $<
	@$(BIN)/python -m compileall -q -j 0 .venv/lib
endef

.venv/run.stamp: requirements.lock | .venv/bin/pip
	$(install)
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/pip
	$(install)
	@touch $@ .venv/run.stamp

run: .venv/run.stamp ## start the whole portal and print its address and sign-ins
	@exec $(BIN)/python -m portal.run

fresh: .venv/run.stamp ## empty var/ after asking: all data of this folder's portal goes
	@$(BIN)/python -m portal.run fresh

demo: .venv/run.stamp ## build the demonstration in var/, where it is not there yet
	@$(BIN)/python -m portal.run manage demo

test: .venv/dev.stamp ## every check and every test
	@bash .ci/checks
	$(BIN)/python -m pytest -n 5 --dist loadscope --no-loadscope-reorder -q

fast: .venv/dev.stamp ## tests without browser and worker
	$(BIN)/python -m pytest -n 2 -q -m "not browser and not worker"

fmt: .venv/dev.stamp ## put the code into the house form
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

docs: .venv/dev.stamp ## write the generated pages of docs/ anew (before landing)
	@$(BIN)/python manage.py write_docs

messages: .venv/dev.stamp ## collect messages into the catalogues and compile them
	$(BIN)/python -m portal.run manage messages --collect --compile

golden: .venv/dev.stamp ## rewrite the golden files of the tests
	GOLDEN=write $(BIN)/python -m pytest -q -m "not browser" tests

bench: .venv/dev.stamp ## measure, beside the floor of the same run
	$(BIN)/python -m tests.bench

lock: .venv/dev.stamp ## resolve the dependencies anew
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q pyproject.toml --python-version 3.11.0 --generate-hashes --no-header --no-annotate -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --python-version 3.11.0 --group dev --generate-hashes --no-header --no-annotate -o requirements-dev.lock
