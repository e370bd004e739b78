# `make run` and `make test` set up what they need, once; see .ci/setup.
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup run test coverage check bench bench-full bundle clean
RATIOS := startup_cli startup plots responsiveness library
PROOF := recording error_rates fidelity observer adapters known_slowdown time_to_verdict

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 18

setup: ## make .venv and install everything into it
	@sh .ci/setup

run: setup ## open the window; without a display, or with ARGS="--task training", compare here (GPU=no: CPU builds)
	@$(BIN)/python .ci/gpu.py
	@if $(if $(ARGS),false,$(BIN)/python -c 'import sys; from ui.__main__ import window_obstacle; sys.exit(window_obstacle())'); \
	then $(BIN)/fwcompare; else $(BIN)/fwcompare run $(ARGS); fi

test: setup ## run all tests (ARGS="tests/stats -x" narrows them)
	@$(BIN)/python -m pytest $(ARGS)

coverage: setup ## the statistics and the warm-up rule must be covered in every branch by their own tests
	@$(BIN)/python -m pytest tests/stats tests/worker/test_warmup.py --cov=fwcompare.stats --cov=fwcompare.worker.warmup --cov-branch --cov-report=term-missing --cov-fail-under=100

check: setup ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup ## print ratios against named references and prove the method; docs/benchmarks.md shows the proof
	@failed=; \
	for name in $(RATIOS); do $(BIN)/python -m benchmarks.$$name || failed="$$failed $$name"; done; \
	for name in $(PROOF); do $(BIN)/python -m benchmarks.$$name $(LENGTH) || failed="$$failed $$name"; done; \
	$(BIN)/python -m benchmarks.common.page; \
	[ -z "$$failed" ] || { echo "make bench: these scripts failed:$$failed" >&2; exit 1; }

bench-full: ## the same, as long as the figures of the proof deserve
	@$(MAKE) --no-print-directory bench LENGTH=--full

bundle: ## freeze the application, without the frameworks, into dist/fwcompare
	@sh .ci/bundle

clean: ## delete the environment and all that tools left behind
	rm -rf .venv .venvs build dist .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
