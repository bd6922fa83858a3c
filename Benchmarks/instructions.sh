#!/bin/bash
# Counts the instructions of a recharge that pays one bill, and fails when there are more than the limit.
#
# Time is noise on a shared machine; instructions are the same on each run of a build. Needs valgrind and `make bench`.
set -euo pipefail

accounts=1000
rounds=20
limit=${LIMIT:-700}
benchmarks=${BENCHMARKS:-$(dirname "$0")/../.build/release/benchmarks}
[ -x "$benchmarks" ] || { echo "$benchmarks is missing: run 'make bench' first" >&2; exit 1; }

collected=$(
    valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*BareLedger*settle*' \
        --callgrind-out-file=/dev/null "$benchmarks" --only ledger --accounts "$accounts" --rounds "$rounds" 2>&1 \
        | awk '/Collected :/ { print $NF }'
)
each=$((collected / (accounts * rounds)))
echo "$each instructions a recharge, keys and staging included; the limit is $limit"
[ "$each" -gt 0 ] && [ "$each" -le "$limit" ]
