# The only commands a newcomer needs: run, test, bench, lint.
.PHONY: run test build-tests test-frameworks manual docs wheel deb test-packages test-sweeps test-report sanitize fuzz bench bench-grid lint setup \
  examples examples-build

program := .build/release/pipeloom
# With Swift's runtime in the program, which then starts faster and runs where there is no Swift; without ICU's tables of
# languages, half of its size, which only formatters of dates and numbers read, and nothing here calls those.
static := --static-swift-stdlib -Xlinker --defsym=icudt76_dat=__ehdr_start
release := swift build -c release --product pipeloom $(if $(filter Linux,$(shell uname -s)),$(static))
out := out/zero-bubble-1.5b
# With every check of debug builds.
asserted := -Xswiftc -assert-config -Xswiftc Debug
# What tests are built with: searches are tried by brute force, many times faster so. PIPELOOM_TESTS says to
# Package.swift that modules that compute little need no optimising.
checked := -c release -Xswiftc -enable-testing $(asserted) -Xswiftc -DDEBUG
# How long `make fuzz` tries damaged files.
SECONDS := 60
# How long `make bench-grid` searches on each problem.
GRID_SECONDS := 2

# Generates ZB-H1 for the zero-bubble paper's 1.5B model, checks it, reports on it and draws it.
run: setup
	$(release)
	@mkdir -p $(out)
	$(program) generate zb-h1 zero-bubble-1.5b -o $(out)/zb-h1.json
	$(program) check $(out)/zb-h1.json
	$(program) render $(out)/zb-h1.json -o $(out)/zb-h1.svg
	@echo "The schedule (zb-h1.json) and its diagram (zb-h1.svg) are in $(out)."

# The program's own tests start it more than a thousand times: the release build answers many times faster. By itself the
# runner would build with other flags, everything anew.
test: build-tests
	$(release)
	PIPELOOM_PROGRAM=$(CURDIR)/$(program) swift test --skip-build --disable-xctest $(checked) --scratch-path .build-test

build-tests: setup
	PIPELOOM_TESTS=1 swift build --build-tests --disable-xctest $(checked) --scratch-path .build-test

# Trains with exported schedules on a pinned PyTorch, on the processor, and compares every gradient.
test-frameworks: setup
	$(release)
	scripts/test-frameworks $(program)

# Runs a sweep through GNU parallel, Slurm and Snakemake, kills each half way and goes on.
test-sweeps: setup
	$(release)
	scripts/test-sweeps $(program)

# Uses the page of a report in a browser as a reader would.
test-report: setup
	$(release)
	scripts/test-report $(program)

# The manual page, made of the help texts: out/pipeloom.1
manual: setup
	$(release)
	@mkdir -p out
	scripts/manual $(program) >out/pipeloom.1

# The documentation of the library, as pages for a browser: out/docs
docs: examples-build
	scripts/documentation .build-examples/debug out/docs

# One file for pip, with the program, all that it needs to draw, and the Python package: out/wheel/pipeloom-*.whl
wheel: setup
	$(release)
	scripts/wheel $(program) out/wheel

# A package for Debian and Ubuntu: out/deb/pipeloom_*.deb
deb: setup
	$(release)
	scripts/deb $(program) out/deb

# Installs both where there is neither Swift nor Graphviz nor a font, and tests the Python package.
test-packages: wheel deb
	scripts/test-packages $(program) out/wheel/pipeloom-*.whl out/deb/pipeloom_*.deb
	scripts/test-python out/wheel/pipeloom-*.whl

# The tests of the modules with every access to memory checked, and those of searches on several threads for races.
sanitize: setup
	ASAN_OPTIONS=detect_leaks=0 swift test --disable-xctest -Xswiftc -O $(asserted) --sanitize address \
	  --scratch-path .build-asan --skip CommandLineTests
	swift test --disable-xctest -Xswiftc -O $(asserted) --sanitize thread --scratch-path .build-tsan \
	  --filter '^ScheduleSearchTests\.'

# Damaged files through the library: make fuzz SECONDS=600
fuzz: setup
	scripts/fuzz $(SECONDS)

# Ratios within one run; a folder of its own because the yardstick in C is built at -O3.
bench: setup
	swift build -c release -Xcc -O3 --scratch-path .build-bench
	.build-bench/release/PipeloomBenchmarks

# How near to the best possible searches come on 196 problems, as one table: make bench-grid GRID_SECONDS=10
bench-grid: setup
	swift build -c release -Xcc -O3 --scratch-path .build-bench
	.build-bench/release/PipeloomBenchmarks grid $(GRID_SECONDS)

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks Examples/Package.swift Examples/Sources
	scripts/problem-file-page --check

# Writes schedules/examples anew; a test compares them with what the program makes.
examples: setup
	swift build --product pipeloom
	scripts/examples .build/debug/pipeloom schedules/examples

# The programs in Examples, which use the package as others do.
examples-build: setup
	swift build --package-path Examples --scratch-path .build-examples

setup:
	@scripts/setup
