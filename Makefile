# Thin on purpose: README.md shows the same lines for machines without make.
PYTHON ?= python3

.PHONY: run test setup lint

run:
	@$(PYTHON) start.py run

test:
	@$(PYTHON) start.py test $(ARGS)

setup:
	@$(PYTHON) start.py setup --dev

lint:
	@$(PYTHON) start.py lint
