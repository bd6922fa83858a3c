# Scale a benchmark run: make bench BENCH="--accounts 100000 --rounds 1"
BENCH ?=

.PHONY: bench peers test lint

bench:
	SETTLEMENT_BENCHMARKS=1 swift build -c release --product benchmarks
	.build/release/benchmarks $(BENCH)

peers:
	SETTLEMENT_BENCHMARKS=1 swift build -c release --product benchmarks
	Benchmarks/Peers/run.sh

test:
	swift test

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
