#!/bin/bash
# test.sh [FILTER]: builds everything, checks the format and runs all tests, those on a real Kubernetes node included (root only).
# FILTER runs only the classes of that pattern in the unit tests, e.g. ./test.sh 'CsiSecrets.Tests.Volumes.*'.
# What the machine lacks is installed first; see tests/install.sh. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"
filter=${1:-}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/csi-secrets
passed=0 failed=0
say() { printf '== %s\n' "$*"; }
finish() { echo "$passed passed, $failed failed"; [ "$failed" = 0 ]; exit; }
step() { # step NAME COMMAND... : a step that is no test counts as one failure when it fails
  say "$1"; shift
  "$@" || { failed=$((failed + 1)); return 1; }
}
count() { # count LOG CODE: adds up the summary of a test program; none is a failure, and so is an exit code that it does not explain
  local line; line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$1" | tail -1)
  [ -n "$line" ] || { failed=$((failed + 1)); echo "no summary in $1"; return; }
  local total errors bad skipped notrun
  read -r total errors bad skipped notrun < <(sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/' <<<"$line")
  passed=$((passed + total - bad - skipped - notrun)); failed=$((failed + bad + errors))
  [ "$total" != 0 ] || failed=$((failed + 1))
  [ "$2" = 0 ] || [ $((bad + errors)) != 0 ] || { failed=$((failed + 1)); tail -5 "$1"; echo "$1: exit code $2"; }
  [ "$skipped" = 0 ] || echo "$skipped tests left out, see above"
}

step install tests/install.sh || finish
step build dotnet build CsiSecrets.sln -nologo -v q || finish
out=artifacts/bin
mkdir -p artifacts/log
if [ -n "$filter" ]; then
  dotnet "$out/CsiSecrets.Tests/debug/CsiSecrets.Tests.dll" -class "$filter" | tee artifacts/log/unit.log
  count artifacts/log/unit.log "${PIPESTATUS[0]}"
  finish
fi

# All of dotnet format takes minutes; what its analyzers find in driver/ fails the build already.
step format dotnet format whitespace CsiSecrets.sln --verify-no-changes --no-restore -v q
step publish tests/publish.sh || finish

# The tests on a real node wait for pods nine tenths of their time: the others run meanwhile. A session of its own, so that it gets its share.
node=
if [ "$(id -u)" = 0 ]; then
  say "tests on a real node: begun"
  setsid tests/Cluster/run.sh >artifacts/log/cluster.log 2>&1 &
  node=$!
  trap 'kill -TERM -- -$node 2>/dev/null; wait $node; exit 130' INT TERM
fi

say "unit tests"
# Two tests for each core: those that drive real servers wait most of their time.
CSI_SECRETS_BINARY=$PWD/artifacts/publish/csi-secrets dotnet "$out/CsiSecrets.Tests/debug/CsiSecrets.Tests.dll" -maxThreads 2x >artifacts/log/unit.log 2>&1
code=$?
grep -vE 'Discover|Starting|Finished:' artifacts/log/unit.log | tail -400
count artifacts/log/unit.log $code

if [ -n "$node" ]; then
  say "tests on a real node"
  wait "$node"
  code=$?
  grep -vE 'Discover|Starting|Finished:' artifacts/log/cluster.log | tail -400
  count artifacts/log/cluster.log $code
fi
finish
