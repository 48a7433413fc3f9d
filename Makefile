# The commands of this package; `make` alone lists them. Each does its own set-up: packages
# that are missing are built into .library/, which git does not see.

RSCRIPT = Rscript
SCRIPT = limit mu
LIBRARY := $(CURDIR)/.library
export R_LIBS := $(LIBRARY)$(if $(R_LIBS),:$(R_LIBS))

# What a command needs beside R's own packages. The first list is Imports in DESCRIPTION.
NEEDS_PACKAGE = cli
NEEDS_DEMO = $(NEEDS_PACKAGE) future
NEEDS_TEST = $(NEEDS_PACKAGE) clue future irlba mirai nnls testthat
NEEDS_CHECK = $(NEEDS_TEST) future.apply knitr loon.data png rmarkdown
NEEDS_COVERAGE = $(NEEDS_TEST) covr loon.data png
NEEDS_DOCS = $(NEEDS_PACKAGE) roxygen2
NEEDS_SITE = $(NEEDS_PACKAGE) loon.data pkgdown png xml2
NEEDS_LINT = $(NEEDS_PACKAGE) lintr

# Folders too: their time changes when a file goes away.
PARTS := $(wildcard DESCRIPTION LICENSE NAMESPACE R src inst man data)
SOURCES := $(shell find $(PARTS) ! -name '*.o' ! -name '*.so')
INSTALLED = .library/metanmf/DESCRIPTION

.PHONY: help demo test test-blas answers coverage snapshots docs check-docs check check-layers check-c
.PHONY: check-windows check-words check-native check-faults heavy lint bench clean site check-readme
.PHONY: check-chunks library
.DELETE_ON_ERROR:

# The comment behind a target, below, is its line here.
help:
	@sed -n 's/^\([a-z-]*\):.* ## /\1: /p' Makefile | awk -F': ' '{ printf "make %-14s %s\n", $$1, substr($$0, length($$1) + 3) }'

demo: .library $(INSTALLED) ## the thesis on Digits: a table, and pictures in .demo/
	@$(RSCRIPT) tools/setup.R $(NEEDS_DEMO)
	@$(RSCRIPT) inst/thesis/demo.R .demo

test: .library $(INSTALLED) ## the tests; FILTER=graph-knn runs test-graph-knn.R only
	@$(RSCRIPT) tools/setup.R $(NEEDS_TEST)
	@$(RSCRIPT) tools/test.R $(if $(FILTER),'$(FILTER)')

test-blas: .library $(INSTALLED) ## the numeric tests under another BLAS: BLAS=reference, see tools/test-blas
	@$(RSCRIPT) tools/setup.R $(NEEDS_TEST)
	@tools/test-blas $(BLAS) $(if $(FILTER),'$(FILTER)')

answers: .library $(INSTALLED) ## the answers of the runs of make test-blas agree to 1e-10
	@$(RSCRIPT) tools/answers.R --compare $(wildcard .check/answers/*.rds)

coverage: .library ## the lines of R and C that no test runs; below 95 % of either fails
	@$(RSCRIPT) tools/setup.R $(NEEDS_COVERAGE)
	@$(RSCRIPT) tools/coverage.R $(FILTER)

library: .library $(INSTALLED) ## builds all packages that make check and make check-docs need, at once
	@$(RSCRIPT) tools/setup.R $(sort $(NEEDS_CHECK) $(NEEDS_DOCS))
	@echo "library: $(words $(wildcard .library/*/DESCRIPTION)) packages in .library"

snapshots: .library ## accepts the outputs that the last make test found changed
	@$(RSCRIPT) tools/setup.R testthat
	@$(RSCRIPT) -e 'testthat::snapshot_accept(path = "tests/testthat")'

docs: .library ## NAMESPACE and man/ from the comments in R/ (roxygen2)
	@$(RSCRIPT) tools/setup.R $(NEEDS_DOCS)
	@$(RSCRIPT) tools/docs.R

check: .library ## R CMD build and R CMD check --as-cran; any note fails (7 minutes)
	@$(RSCRIPT) tools/setup.R $(NEEDS_CHECK)
	@tools/check-package

check-readme: .library $(INSTALLED) ## README.md shows what its example prints
	@OPENBLAS_NUM_THREADS=1 $(RSCRIPT) bench/readme.R

check-chunks: .library ## vignettes and examples run from the installed tarball
	@$(RSCRIPT) tools/setup.R $(NEEDS_CHECK)
	@tools/check-chunks $(ARTICLE)

site: .library $(INSTALLED) ## the pkgdown site in .site/, its links, pictures of its pages; ARTICLE=text: one again
	@$(RSCRIPT) tools/setup.R $(NEEDS_SITE)
	@$(RSCRIPT) tools/site.R $(ARTICLE)

check-docs: .library $(INSTALLED) ## NAMESPACE and man/ are those of the comments
	@$(RSCRIPT) tools/setup.R $(NEEDS_DOCS)
	@$(RSCRIPT) tools/docs.R --check

check-layers: ## who may call what, lengths, left-overs (see CONTRIBUTING.md)
	@tools/check-layers

check-c: ## the C sources under strict compiler warnings
	@tools/check-c

check-windows: ## a cross-compile for Windows; no vector is taken for too aligned
	@tools/check-windows

check-native: .library ## native code under sanitizers, valgrind, a fuzzer; PART=kernels or package
	@$(if $(filter kernels,$(PART)),,$(RSCRIPT) tools/setup.R $(NEEDS_TEST))
	@tools/check-native $(PART)

heavy: .library $(INSTALLED) ## what takes hours; tools/heavy names the parts, PART=fuzz runs one
	@$(RSCRIPT) tools/setup.R $(NEEDS_TEST)
	@tools/heavy $(PART)

check-faults: .library $(INSTALLED) ## Ctrl-C, kill -9, too little memory, a full disk: nothing is lost
	@$(RSCRIPT) tools/setup.R $(NEEDS_DEMO)
	@tools/check-faults $(OPTIONS)

check-words: ## spelling of help pages, vignettes, README and NEWS (inst/WORDLIST)
	@tools/check-words

lint: .library $(INSTALLED) ## style of R code (lintr)
	@$(RSCRIPT) tools/setup.R $(NEEDS_LINT)
	@tools/lint

bench: .library $(INSTALLED) ## the limit of the machine, and timings against plain R; SCRIPT=peers runs another one
	@for name in $(SCRIPT); do echo "bench/$$name.R"; $(RSCRIPT) "bench/$$name.R" || exit 1; done

clean: ## removes everything the commands here made
	rm -rf .library .demo .check .site .site-pictures src/*.o src/*.so

.library:
	@mkdir -p .library

$(INSTALLED): $(SOURCES) | .library
	@$(RSCRIPT) tools/setup.R $(NEEDS_PACKAGE)
	@$(RSCRIPT) tools/install.R
