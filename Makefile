# One verb a line. `make up` and `make test` are all a newcomer needs.
.PHONY: up down test check fix docs drill bench fuzz lock setup
SILESIANET := .venv/bin/silesianet
ALONE := tests/lab tests/playbooks tests/web tests/city
BENCHES := sweep push reroute matrix matrix_forms matrix_page probes region netbox_api netbox_pull

up: setup ; $(SILESIANET) up
down: ; [ ! -x $(SILESIANET) ] || $(SILESIANET) down
test: ; @deploy/setup tests && .venv/bin/pytest -n 2 --dist loadgroup $(ALONE:%=--ignore=%); first=$$?; .venv/bin/pytest $(ALONE) && exit $$first
check: setup ; .venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports
fix: setup ; .venv/bin/ruff format . && .venv/bin/ruff check --fix .
docs: setup ; .venv/bin/python -m api.reference
drill: setup ; .venv/bin/python -m bench.drill $(DRILL)
bench: ; @deploy/setup tests && for name in $(BENCHES); do .venv/bin/python -m bench.$$name || exit 1; done
fuzz: setup ; .venv/bin/python -m bench.fuzz_rest
setup: ; @deploy/setup
lock: setup ; for name in bootstrap run dev netbox; do .venv/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/$$name.in -o requirements/$$name.txt; done
