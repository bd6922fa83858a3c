#!/bin/bash
# Settles in PostgreSQL, in SQLite and here, in turn, and prints ratios. See Benchmarks/README.md.
#
# Needs PostgreSQL 15 with pgbench, sqlite3, and the benchmarks built by `make bench`. Data is kept in a temporary
# directory; the server listens on a socket in it and is stopped at the end, whatever happens.
set -euo pipefail

accounts=${ACCOUNTS:-200000}
bills=${BILLS:-10}
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-5}
batch=${BATCH:-8000}
postgres_bin=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
here=$(cd "$(dirname "$0")" && pwd)
benchmarks=${BENCHMARKS:-$here/../../.build/release/benchmarks}
[ -x "$benchmarks" ] || { echo "$benchmarks is missing: run 'make bench' first" >&2; exit 1; }

work=$(mktemp -d)
results=$work/results
stop() {
    if [ -f "$work/data/postmaster.pid" ]; then as_postgres "$postgres_bin/pg_ctl" -D "$work/data" -m fast stop >&2; fi
    rm -rf "$work"
}
trap stop EXIT

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd "$work" && runuser -u postgres -- "$@"); else "$@"; fi; }
query() { as_postgres psql -h "$work" -d postgres -Atq "$@"; }
now() { date +%s%N; }
# Notes a result: name, settlements, nanoseconds.
note() { awk -v name="$1" -v count="$2" -v time="$3" 'BEGIN { printf "%s\t%.0f\n", name, count / time * 1e9 }' >> "$results"; }

start_postgresql() {
    if [ "$(id -u)" = 0 ]; then chown postgres "$work"; fi
    as_postgres "$postgres_bin/initdb" -D "$work/data" --auth=trust > /dev/null
    as_postgres "$postgres_bin/pg_ctl" -D "$work/data" -l "$work/log" -w start > /dev/null \
        -o "-c listen_addresses= -c unix_socket_directories=$work -c shared_buffers=2GB -c max_wal_size=8GB \
            -c synchronous_commit=on -c checkpoint_timeout=30min -c autovacuum=off"
    query -v accounts="$accounts" -v bills="$bills" < "$here/postgresql.sql"
}

# name, script, clients. What counts is what was written off, not what was tried.
postgresql() {
    local before after started
    before=$(query -c 'select count(*) from entries where kind = 2')
    started=$(now)
    as_postgres "$postgres_bin/pgbench" -h "$work" -n -M prepared -c "$3" -j 1 -T "$seconds" \
        -D accounts="$accounts" -D batch="$batch" -f "$work/$2" postgres > "$work/pgbench.log" 2>&1
    after=$(($(now) - started))
    note "$1" $(($(query -c 'select count(*) from entries where kind = 2') - before)) "$after"
}

# name, commands: SQL on standard input.
sqlite() {
    local started
    started=$(now)
    sqlite3 "$work/sqlite.db" > /dev/null
    note "$1" "$2" $(($(now) - started))
}
key=0
sqlite_calls() {
    awk -v n="$1" -v key="$key" -v accounts="$accounts" -v seed="$key" 'BEGIN {
        srand(seed); print "pragma synchronous = full;"
        for (i = 1; i <= n; i++) printf "insert into settle values (%d, 12345, %d);\n", 1 + int(rand() * accounts), key + i
    }' > "$work/calls.sql"
    key=$((key + $1))
}
sqlite_sets() {
    echo "pragma synchronous = full;" > "$work/sets.sql"
    for _ in $(seq "$1"); do
        echo "insert into settle select 1 + ($RANDOM + value * 7919) % $accounts, 12345, $key + value from generate_series(1, $batch);"
        key=$((key + batch))
    done >> "$work/sets.sql"
}

ours() {
    "$benchmarks" --only settlements --accounts "$accounts" --rounds 1 --directory "$work" | awk -F'|' '
        function rate(text) { split(text, part, " "); return part[1] * (part[2] ~ /^M/ ? 1e6 : part[2] ~ /^k/ ? 1e3 : 1) }
        $2 ~ /^ batched, durable/ { printf "ours batched\t%.0f\n", rate($3) }
        $2 ~ /^ single calls/ { printf "ours single\t%.0f\n", rate($3) }' >> "$results"
}

report() {
    sort -t"$(printf '\t')" -k1,1 -k2,2n "$results" | awk -F'\t' '
        { values[$1] = values[$1] " " $2; count[$1]++ }
        function median(name,   part) { split(values[name], part, " "); return part[int((count[name] + 1) / 2)] }
        function line(name, mine) {
            if (median(name) > 0) printf "| %-34s | %12d | %-12s | %6.1f × |\n", name, median(name), mine, median(mine) / median(name)
        }
        END {
            printf "| %-34s | %12s | %-12s | %8s |\n", "settled by", "per second", "ours", "ratio"
            print "| ---------------------------------- | ------------ | ------------ | -------- |"
            line("PostgreSQL, one call, 1 client", "ours single")
            line("PostgreSQL, one call, 16 clients", "ours single")
            line("PostgreSQL, set-based, 2 clients", "ours batched")
            line("SQLite, one a commit", "ours single")
            line("SQLite, set-based", "ours batched")
            printf "\nours: batched %d/s, single %d/s (medians of %d rounds)\n", median("ours batched"), median("ours single"), count["ours batched"]
        }'
}

start_postgresql
install -m 644 "$here"/*.pgbench "$work"
sed "s/ACCOUNTS/$accounts/g; s/BILLS/$bills/g" "$here/sqlite.sql" | sqlite3 "$work/sqlite.db" > /dev/null
for _ in $(seq "$rounds"); do
    ours
    postgresql "PostgreSQL, one call, 1 client" postgresql-call.pgbench 1
    sqlite_calls 5000
    sqlite "SQLite, one a commit" 5000 < "$work/calls.sql"
    postgresql "PostgreSQL, one call, 16 clients" postgresql-call.pgbench 16
    sqlite_sets 10
    sqlite "SQLite, set-based" $((10 * batch)) < "$work/sets.sql"
    postgresql "PostgreSQL, set-based, 2 clients" postgresql-set.pgbench 2
done
report
