# `make build`, `make test` and `make preview` work on a machine with Python 3.11 or newer and nothing else:
# they make .venv, install what requirements.lock pins, and run.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NODE_READY := tools/node_modules/.package-lock.json
AUDITS := tests/audits
AUDIT_READY := $(AUDITS)/.venv/.ready
NPM_CI := npm ci --silent --no-audit --no-fund --fetch-retries=1
WITHOUT_NPM := npm could not install its packages: what needs them is skipped here, and fails in CI
UV := uv==0.13.9
# Trust what the machine trusts, as pip does, behind a proxy of one's own too.
export UV_SYSTEM_CERTS := 1

.PHONY: build test audit preview lint types matrix flask-main benchmark pictures lock clean

build: $(READY)
	$(BIN)/python freeze.py $(ARGS)

test: $(READY) $(NODE_READY)
	$(BIN)/python -m pytest $(ARGS)

audit: $(READY) $(AUDIT_READY)
	$(BIN)/python -m pytest $(AUDITS) $(ARGS)

preview: $(READY)
	$(BIN)/flask run --debug $(ARGS)

lint: types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell
	$(BIN)/zizmor --quiet --offline --persona pedantic .github
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

types: $(READY)
	$(BIN)/mypy

# Run the tips with every Python and Flask of the matrix that can be had here, and record how they fare.
matrix: $(READY)
	$(BIN)/nox -s matrix -- $(ARGS)

# Check the tips with Flask's main branch, or with another source: ARGS="'flask @ file:///…'".
flask-main: $(READY)
	$(BIN)/nox -s flask_main -- $(ARGS)

# Build corpora with this project, Hugo, Eleventy and Pelican in turn; needs Node.js 18 or newer.
benchmark: $(READY)
	$(BIN)/python benchmarks/run.py $(ARGS)

# Take the pictures of the README, of what make build has built.
pictures: $(READY)
	$(BIN)/python docs/pictures.py

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, and this is " + sys.version.split()[0] + ": say make PYTHON=python3.12, for instance")'
	test -x $(BIN)/uv || { $(PYTHON) -m venv --clear $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV); }
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(READY)

# What some tests use of npm; without npm they are skipped, but for CI, where they fail.
$(NODE_READY): tools/package-lock.json
	command -v npm >/dev/null || exit 0; $(NPM_CI) --prefix tools && touch $@ || echo "$(WITHOUT_NPM)" >&2

# The tools of the audits; what npm brings is missing without npm, and the audits that need it are then skipped.
$(AUDIT_READY): $(AUDITS)/requirements.lock $(AUDITS)/package-lock.json | $(READY)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(AUDITS)/.venv
	$(BIN)/uv pip sync --quiet --python $(AUDITS)/.venv/bin/python --require-hashes $(AUDITS)/requirements.lock
	command -v npm >/dev/null || exit 0; $(NPM_CI) --prefix $(AUDITS) --ignore-scripts && touch $@ || echo "$(WITHOUT_NPM)" >&2

# Take the newest versions that pyproject.toml allows.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		--group dev pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		--group audit --output-file $(AUDITS)/requirements.lock

clean:
	rm -rf build .cache .nox $(VENV) tools/node_modules $(AUDITS)/node_modules $(AUDITS)/.venv
