#!/bin/bash
# Counts the instructions of a recharge that pays one bill, and fails when there are more than the limit.
#
# Time is noise on a shared machine; instructions are the same on each run of a build. Needs valgrind and `make bench`.
set -euo pipefail

accounts=1000
rounds=20
limit=${LIMIT:-1600}
benchmarks=${BENCHMARKS:-$(dirname "$0")/../.build/release/benchmarks}
[ -x "$benchmarks" ] || { echo "$benchmarks is missing: run 'make bench' first" >&2; exit 1; }

# Valgrind does not read every debug format, and needs none.
bare=$(mktemp)
trap 'rm -f "$bare"' EXIT
objcopy --strip-debug "$benchmarks" "$bare"
chmod +x "$bare"
collected=$(
    valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*BareLedger*settle*' \
        --callgrind-out-file=/dev/null "$bare" --only ledger --accounts "$accounts" --rounds "$rounds" 2>&1 \
        | awk '/Collected :/ { print $NF }'
)
each=$((collected / (accounts * rounds)))
echo "$each instructions a recharge, keys, staging and growing of tables included; the limit is $limit"
[ "$each" -gt 0 ] && [ "$each" -le "$limit" ]
