# Scale a benchmark run: make bench BENCH="--accounts 100000 --rounds 1"
BENCH ?=

.PHONY: bench sanitize peers test lint

bench:
	SETTLEMENT_BENCHMARKS=1 swift build -c release --product benchmarks
	.build/release/benchmarks $(BENCH)

# Without the verifier: Swift 6.3.1 writes an odd but harmless instruction for swift-collections under the sanitizer.
sanitize:
	SETTLEMENT_BENCHMARKS=1 swift build -c release --sanitize=thread --product benchmarks --scratch-path .build/sanitize \
		-Xswiftc -Xfrontend -Xswiftc -disable-llvm-verify
	TSAN_OPTIONS="suppressions=Benchmarks/sanitizer.txt" .build/sanitize/release/benchmarks \
		--accounts 5000 --batch 512 --rounds 2 $(BENCH)

peers:
	SETTLEMENT_BENCHMARKS=1 swift build -c release --product benchmarks
	Benchmarks/Peers/run.sh

test:
	swift test

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
