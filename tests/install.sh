#!/bin/bash
# install.sh: installs what the tests need and the machine lacks, from Debian's packages, and builds Kubernetes for the tests on a real node
# (5 minutes on two cores, once; kept under ${XDG_CACHE_HOME:-~/.cache}/csi-secrets). Prints a line for each thing it leaves out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/csi-secrets
mkdir -p "$cache"

packages=(clang lld zlib1g-dev libssl3 ca-certificates nodejs npm)
[ "$(id -u)" != 0 ] || packages+=(golang-go etcd-server containerd runc containernetworking-plugins busybox-static iptables gcc libc6-dev iproute2 openssl)
command -v kubectl >/dev/null || packages+=(kubernetes-client)
missing=()
for p in "${packages[@]}"; do
  case $p in # what another package or a hand-made install may provide just as well
    nodejs) command -v node >/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
    clang) command -v clang >/dev/null && continue ;;
  esac
  dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then
    echo "installing: ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >"$cache/apt.log" 2>&1
    apt-get -qq install -y --no-install-recommends "${missing[@]}" >>"$cache/apt.log" 2>&1 || { tail -20 "$cache/apt.log" >&2; exit 1; }
  else
    echo "left out: packages ${missing[*]} (not root)" >&2
  fi
fi

if [ "$(id -u)" != 0 ]; then
  echo "left out: the tests on a real node (not root)" >&2
elif [ ! -x "${KUBEBUILDER_ASSETS:-}/kubelet" ]; then # those of a node: an API server alone is not enough
  k8s=$cache/kubernetes-1.20.2
  for b in kube-apiserver kube-controller-manager kube-scheduler kubelet; do
    [ -x "$k8s/$b" ] && continue
    echo "building $b" >&2
    "$here/Cluster/build-k8s.sh" "$b" >"$cache/build-$b.log" 2>&1 || { tail -20 "$cache/build-$b.log" >&2; exit 1; }
  done
fi
