# Every target sets up what it needs first (scripts/setup.sh), which takes a second when all is there.
# CI=true makes warnings errors.
.DEFAULT_GOAL := help
.PHONY: help demo setup build test test-quick bench format tidy fuzz clean

CI ?=
WERROR := $(if $(filter true 1,$(CI)),ON,OFF)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build  ## build, analyse real packages and show what is found
	@scripts/demo.sh

setup:  ## get compilers, libraries and Python packages at the pinned versions
	@scripts/setup.sh

build: setup  ## build/gilcheck
	@cmake --preset release -DGILCHECK_WERROR=$(WERROR) >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release

test: setup  ## everything: format, C++ and Python tests, sanitizers, clang-tidy, fuzzing
	@GILCHECK_WERROR=$(WERROR) scripts/test.sh all

test-quick: setup  ## the C++ and Python tests only
	@GILCHECK_WERROR=$(WERROR) scripts/test.sh format unit python

bench: build  ## measure speed and memory, print the tables
	@scripts/bench.sh

format: setup  ## apply clang-format to the sources
	@scripts/format.sh

tidy: setup  ## clang-tidy on what changed since the last run
	@scripts/test.sh tidy

fuzz: setup  ## the fuzz targets; FUZZ_SECONDS=600 for longer than a minute
	@scripts/test.sh fuzz

clean:  ## remove the build tree, environment included
	rm -rf build
