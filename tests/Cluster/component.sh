#!/bin/bash
# component.sh STATE_DIR kill|start NAME: ends one process of a running cluster at once, or starts it again as cluster-up.sh did.
# NAME is etcd, kube-apiserver, kube-controller-manager, kube-scheduler, containerd or kubelet.
set -euo pipefail
S=${1:?} verb=${2:?} name=${3:?}
file=$S/run/$name
same() { # the recorded process lives; field 22 is its start time, so that a recycled pid is never mistaken for it
  local p; p=$(cat "$file.pid" 2>/dev/null) && [ -s "$file.start" ] && [ "$(cat "$file.start")" = "$(awk '{print $22}' "/proc/$p/stat" 2>/dev/null)" ]
}
case $verb in
kill)
  same || { echo "$name does not run" >&2; exit 1; }
  kill -9 "$(cat "$file.pid")"
  for ((i = 0; i < 100; i++)); do same || exit 0; sleep 0.05; done
  echo "$name does not die" >&2; exit 1 ;;
start)
  same && exit 0
  eval "exec setsid $(cat "$file.command")" >>"$S/log/$name.log" 2>&1 </dev/null & # exec: $! is the process, not a shell above it
  echo $! >"$file.pid"
  awk '{print $22}' "/proc/$!/stat" >"$file.start" ;;
*) echo "kill or start, not $verb" >&2; exit 2 ;;
esac
