#!/bin/bash
# run.sh [XUNIT ARGUMENTS]: the tests on a real node. Brings a cluster up in a network namespace of its own, installs CRDs and driver from the
# rendered manifests, runs the test program in there, and takes everything down again, whatever happens. Root only.
# CLUSTER_STATE is its folder (default /run/cst; short, sockets live in it). Logs stay in artifacts/log/cluster.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
S=${CLUSTER_STATE:-/run/cst}
[ -x "${KUBEBUILDER_ASSETS:-}/kubelet" ] || KUBEBUILDER_ASSETS=${XDG_CACHE_HOME:-$HOME/.cache}/csi-secrets/kubernetes-1.20.2
export KUBEBUILDER_ASSETS
# AWS has addresses of its own, so that a test can take them away: an API and the Pod Identity agent's.
aws_ip=10.223.0.2 agent_ip=169.254.170.23 aws_port=4566 control_port=4567
logs=$PWD/artifacts/log/cluster
aws=
exec 8>/run/csi-secrets-cluster.lock
flock 8 # one full cluster at a time: cgroups and sysctls are the host's

down() {
  local code=$?
  trap - EXIT
  trap '' INT TERM
  if [ -x "$S/in" ]; then
    kubectl_in get pods,daemonsets,events,csinodes,csidrivers -A -o wide >"$logs/objects.txt" 2>&1 || true
    kubectl_in describe pods -A >"$logs/pods.txt" 2>&1 || true
    kubectl_in -n external-secrets logs deployment/external-secrets --tail=-1 >"$logs/controller.log" 2>&1 || true
    kubectl_in -n kube-system logs --prefix -l app=csi-secrets-store --tail=-1 >"$logs/driver.log" 2>&1 || true
  fi
  cp "$S"/log/*.log "$logs" 2>/dev/null || true
  [ -z "$aws" ] || kill "$aws" 2>/dev/null || true
  "$here/cluster-down.sh" -w -d "$S" >>"$logs/down.log" 2>&1 8>&- || { tail -5 "$logs/down.log" >&2; code=1; }
  exit "$code"
}
kubectl_in() { timeout 30 "$S/in" kubectl "$@" 8>&-; }

rm -rf "$logs"
mkdir -p "$logs"
trap down EXIT
trap 'exit 130' INT TERM
# Of a run that was killed.
"$here/cluster-down.sh" -w -d "$S" >"$logs/down.log" 2>&1 8>&- || { echo "run.sh: what an earlier run left in $S cannot be taken down:" >&2; cat "$logs/down.log" >&2; exit 1; }
"$here/image.sh" "$logs/csi-secrets.tar"
IMAGES=$logs/csi-secrets.tar "$here/cluster-up.sh" -d "$S" 8>&-

# The endpoint that plays AWS. What it prints first says that it answers.
for ip in $aws_ip $agent_ip; do "$S/in" ip addr replace "$ip/32" dev lo; done
aws_program=$PWD/artifacts/bin/CsiSecrets.Tests.Aws/debug/aws-endpoint.dll
"$S/in" dotnet "$aws_program" --listen "http://$aws_ip:$aws_port" --listen "http://$agent_ip:80" \
  --control "http://127.0.0.1:$control_port" >"$logs/aws.log" 2>&1 8>&- &
aws=$!
for ((i = 0; i < 600; i++)); do
  grep -qs '^listening' "$logs/aws.log" && break
  kill -0 "$aws" 2>/dev/null || { cat "$logs/aws.log" >&2; exit 1; }
  sleep 0.1
done

# The manifests as they are committed; only the kubelet's folder and the address of AWS are this node's.
minor=$("$KUBEBUILDER_ASSETS/kube-apiserver" --version | sed -E 's/.* v1\.([0-9]+).*/\1/')
crds=base base=base # the variants for newer servers, where this is one
[ "$minor" -lt 31 ] || crds=newer-servers
[ "$minor" -lt 35 ] || base=newer-servers
kubectl_in apply -f "crds/rendered/$crds.yaml" >"$logs/apply.txt"
for variant in "$base" startup-taint external-secrets reload-signals; do
  sed -e "s#/var/lib/kubelet#$S/kubelet#g" -e "s#/run/csi-secrets-store#$S/driver#g" \
    -e "s#^\( *\)env:\$#\1env:\n\1- {name: AWS_ENDPOINT_URL, value: \"http://$aws_ip:$aws_port\"}\n\1- {name: AWS_REGION, value: eu-west-1}#" \
    "daemonset/rendered/$variant.yaml" >"$logs/$variant.yaml"
  grep -q AWS_ENDPOINT_URL "$logs/$variant.yaml"
done
for variant in secret-objects reloader reloader-all-sources; do
  sed -e "s#^\( *\)env:\$#\1env:\n\1- {name: AWS_ENDPOINT_URL, value: \"http://$aws_ip:$aws_port\"}#" "controller/rendered/$variant.yaml" >"$logs/$variant.yaml"
  grep -q AWS_ENDPOINT_URL "$logs/$variant.yaml"
done
mv "$logs/secret-objects.yaml" "$logs/controller.yaml" # the base, and a flag and a role more
[ "$base" = base ] || mv "$logs/$base.yaml" "$logs/base.yaml"
kubectl_in apply -f "$logs/base.yaml" >>"$logs/apply.txt"
kubectl_in apply -f "$logs/controller.yaml" >>"$logs/apply.txt"
kubectl_in label node node1 topology.kubernetes.io/region=eu-west-1 >>"$logs/apply.txt" # as EKS does; the controller takes the region from there

export CLUSTER_STATE=$S CLUSTER_MANIFESTS=$logs CLUSTER_NODE=node1 CLUSTER_AWS_IP=$aws_ip CLUSTER_AWS_CONTROL=http://127.0.0.1:$control_port
"$S/in" dotnet artifacts/bin/CsiSecrets.Tests.Cluster/debug/CsiSecrets.Tests.Cluster.dll -noColor "$@" 8>&-
