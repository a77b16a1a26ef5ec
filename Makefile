# One word for each thing that is done with this repository. Options pass through ARGS: make demo ARGS="--for 30".

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
CODE := hall hall_config drivers edge central simulators tests docs

# Compiled once: a machine that forbids to keep it has each worker and each program of a test compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

# Debian packages. What the demo cannot do without, and what the tests want besides.
DEMO_PACKAGES := mosquitto espeak-ng fonts-noto-cjk fonts-unifont
TEST_PACKAGES := $(DEMO_PACKAGES) fonts-hanazono alsa-utils chromium zbar-tools tesseract-ocr tesseract-ocr-chi-sim \
  mbpoll postgresql libreoffice-calc-nogui

.PHONY: help
help: ## 列出全部目标 / list all targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: setup
setup: .venv/.installed ## 只做准备：虚拟环境与锁定的依赖 / only set up: the virtual environment and the locked packages

.PHONY: demo
demo: .venv/.installed ## 在本机运行整个演示 / run everything on this machine
	@.ci/system-packages must $(DEMO_PACKAGES)
	@exec $(BIN)/hall demo $(ARGS)

# The tests wait for lines, pages and timeouts more than they compute.
WORKERS ?= $(shell echo $$(($$(nproc) + 1)))

# schemathesis, which walks central's OpenAPI, keeps packages of its own: it brings a plugin and pins much.
SCHEMATHESIS := build/schemathesis-packages

.PHONY: test
test: .venv/.installed $(SCHEMATHESIS)/.installed ## 运行全部测试 / run all tests
	@.ci/system-packages may $(TEST_PACKAGES)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

$(SCHEMATHESIS)/.installed: requirements/schemathesis.txt .venv/.locked
	@rm -rf $(SCHEMATHESIS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  --target $(SCHEMATHESIS) -r $<
	@touch $@

# Witnesses that neither Debian nor the lock brings: emupos wants Python 3.13, receiptline is of npm.
WITNESS := build/witness
PYTHON_OF_WITNESS ?= $(firstword $(foreach name,python3.14 python3.13,$(shell command -v $(name) 2>/dev/null)))

.PHONY: check-witness
check-witness: .venv/.installed ## 问别人的程序是否同意 / ask other projects' programs whether they agree
	@.ci/system-packages must $(TEST_PACKAGES)
	@command -v npm >/dev/null || .ci/system-packages must nodejs npm
	@test -n "$(PYTHON_OF_WITNESS)" || { \
	  echo "emupos 需要 Python 3.13 以上。请用 make check-witness PYTHON_OF_WITNESS=/路径/python3.13 重试。" >&2; \
	  echo "emupos needs Python 3.13 or newer. Try make check-witness PYTHON_OF_WITNESS=/path/python3.13." >&2; exit 3; }
	@test -x $(WITNESS)/emupos/bin/emupos || { $(PYTHON_OF_WITNESS) -m venv $(WITNESS)/emupos && \
	  $(WITNESS)/emupos/bin/pip install --quiet --disable-pip-version-check emupos==0.4.0; }
	@test -d $(WITNESS)/node_modules/receiptline || npm install --silent --no-save --prefix $(WITNESS) receiptline@4.0.4
	WITNESS_MUST=true $(BIN)/pytest -m "witness or not witness" tests/witness $(ARGS)

.PHONY: check
check: .venv/.installed ## 格式、规范、类型、依赖方向、生成文件、房规 / what must hold of the code
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/mypy -m docs.generate -m docs.openapi
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	$(BIN)/pytest -q tests/test_house.py tests/test_docs.py

.PHONY: generate
generate: .venv/.installed ## 重写生成的文件 / write the generated files
	$(BIN)/python -m docs.generate

.PHONY: bench
bench: .venv/.installed ## 测量性能 / measure, print a table, write build/bench.json
	@.ci/system-packages must $(DEMO_PACKAGES)
	$(BIN)/python -m tests.bench $(ARGS)

.PHONY: chaos
chaos: .venv/.installed ## 一整天的设备故障，再逐项核对 / a long day of device faults, then compare thing by thing
	@.ci/system-packages must $(DEMO_PACKAGES)
	$(BIN)/python -m tests.chaos $(ARGS)

.PHONY: fuzz
fuzz: .venv/.installed ## 用覆盖率引导的模糊测试检查每个解析器 / look for bytes that break a parser, led by coverage
	@test -d build/fuzz-packages/atheris || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --target build/fuzz-packages -r requirements/fuzz.txt
	PYTHONPATH=build/fuzz-packages:. $(BIN)/python -m tests.fuzz.guided $(ARGS)

.PHONY: screenshots
screenshots: .venv/.installed ## 给全部页面拍照 / take a picture of every page into build/screenshots and docs/pages
	@.ci/system-packages must $(TEST_PACKAGES)
	$(BIN)/python -m tests.screenshots $(ARGS)

.PHONY: lock
lock: .venv/.installed ## 重新锁定依赖（需要 uv）/ lock the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --upgrade --extra dev pyproject.toml requirements/build.in --output-file requirements/dev.txt

.PHONY: clean
clean: ## 删除生成的结果和缓存 / remove results and caches
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# The packages in their locked versions, each checked against its hash.
.venv/.locked: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "需要 Python 3.11 以上（$(PYTHON) 不是）。请安装后用 make PYTHON=python3.11 重试。" >&2; \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Install it and try make PYTHON=python3.11 again." >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "缺少 Python 的 venv 模块。请运行 sudo apt-get install -y python3-venv。" >&2; \
	  echo "Python's venv module is missing. Run sudo apt-get install -y python3-venv." >&2; exit 3; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
