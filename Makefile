# 版心：make help 列出全部命令。
#   BOOK=稿件  SHELF=放着许多书的文件夹  OUT=输出文件夹  EDITION=版本（可以几个）  ARGS=原样传给 build.py 的选项

PYTHON  ?= python3
BOOK    ?= manuscript
OUT     ?= dist
EDITION ?=
BASE    ?= HEAD
SHELF   ?= examples
ARGS    ?=

PY      := .venv/bin/python
BUILD    = $(PY) build.py
OPTIONS  = $(addprefix -e ,$(EDITION)) -o $(call quoted,$(OUT)) $(ARGS)
# 书名里的空格和引号
quoted   = '$(subst ','\'',$(1))'
PYTEST   = $(PY) -m pytest -n 2 --dist loadfile

export PATH := $(CURDIR)/.venv/bin:$(or $(PATH),/usr/local/bin:/usr/bin:/bin):/usr/sbin:/sbin

.DEFAULT_GOAL := help
.PHONY: setup pdf epub html book print shelf watch review check lint fmt doctor clean help
.PHONY: test quick code bench stages compare format lock

# ---- 书

pdf: .venv/.ready-run ## 印一本 PDF
	@$(BUILD) build $(call quoted,$(BOOK)) -f pdf $(OPTIONS)

epub: .venv/.ready-run ## 做电子书 EPUB
	@$(BUILD) build $(call quoted,$(BOOK)) -f epub $(OPTIONS)

html: .venv/.ready-run ## 做网页版
	@$(BUILD) build $(call quoted,$(BOOK)) -f html $(OPTIONS)

book: .venv/.ready-run ## PDF、EPUB、网页版一起做
	@$(BUILD) build $(call quoted,$(BOOK)) -f pdf -f epub -f html $(OPTIONS)

print: .venv/.ready-run ## 交印刷厂的 PDF：内文和封面
	@$(BUILD) build $(call quoted,$(BOOK)) -f pdf --profile print $(OPTIONS)
	@$(BUILD) cover $(call quoted,$(BOOK)) $(OPTIONS)

shelf: .venv/.ready-run ## 排一整架书：make shelf SHELF=放书的文件夹
	@$(BUILD) shelf $(call quoted,$(SHELF)) $(OPTIONS)

watch: .venv/.ready-run ## 边写边看
	@$(BUILD) watch $(call quoted,$(BOOK)) $(ARGS)

check: .venv/.ready-run ## 查稿件，不出书
	@$(BUILD) check $(call quoted,$(BOOK)) $(ARGS)

lint: .venv/.ready-run ## 查稿子的字句、标点、结构（ARGS=--fix 能改的改了）
	@$(BUILD) lint $(call quoted,$(BOOK)) $(ARGS)

fmt: .venv/.ready-run ## 稿件一句一行，别的不动
	@$(BUILD) fmt $(call quoted,$(BOOK)) $(ARGS)

review: .venv/.ready-run ## 两稿之间改了什么：make review BASE=v1.0
	@$(BUILD) review --base $(call quoted,$(BASE)) --book $(call quoted,$(BOOK)) -o $(call quoted,$(OUT)/review) $(ARGS)

# ---- 机器

setup: .venv/.ready-run ## 只备好机器和字体，不出书
	@$(PY) -m banxin.fonts

doctor: .venv/.ready-run ## 这台机器有什么、缺什么
	@$(BUILD) doctor

clean: ## 忘掉缓存和输出（字体留着）
	@[ ! -x $(PY) ] || $(BUILD) clean $(ARGS)
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## 列出这些命令
	@echo '用法：make 命令 [BOOK=稿件] [OUT=文件夹] [EDITION="zh-Hans zh-Hant-TW"] [ARGS=选项]'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

# ---- 开发

test: code .venv/.ready-cluster ## 全部检查和测试
	@$(PYTHON) tools/bootstrap.py readers
	@$(PY) -m banxin.fonts zh-Hans zh-Hant-TW zh-Hant-HK en
	@$(PYTEST) $(ARGS)

quick: code ## 查代码，跑快的测试
	@$(PYTEST) -m 'not slow' $(ARGS)

code: .venv/.ready-dev ## 查代码：ruff 和 mypy
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet
	@$(PY) -m mypy --no-error-summary

format: .venv/.ready-dev ## 整理代码的格式
	@$(PY) -m ruff check --fix --quiet
	@$(PY) -m ruff format --quiet

bench: .venv/.ready-dev .venv/.ready-bench ## 计时：版心和别家，写 BENCHMARKS.md
	@$(PY) -m tools.bench $(ARGS)

stages: .venv/.ready-dev ## 计时：每道工序
	@$(PY) -m tools.bench.stages $(ARGS)

compare: .venv/.ready-dev .venv/.ready-bench ## 比行的排法：版心、WeasyPrint、Typst
	@$(PY) -m tools.comparison $(ARGS)

# 依赖改了（pyproject.toml）以后重新锁定；-U 升级。根目录有 build.py，所以 python -m build 不能用，打包用 pip wheel。
LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(ARGS)
lock: .venv/.ready-dev ## 重新锁定依赖（要先装 uv 和 npm）
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) pyproject.toml --extra cluster -c requirements-dev.txt -o requirements-cluster.txt
	$(LOCK) --group java -o requirements-java.txt
	$(LOCK) --group bench -o requirements-bench.txt
	cd tools/ace && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-fund

# ---- 只做一次的准备；锁定的依赖变了才再做

.venv/.ready-run: requirements.txt tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py run

.venv/.ready-dev: requirements-dev.txt requirements-java.txt tools/ace/package-lock.json tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py dev

.venv/.ready-cluster: requirements-cluster.txt tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py cluster

.venv/.ready-bench: requirements-bench.txt tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py bench
