#!/bin/bash
# run.sh: the program on arm64. Publishes it for linux-arm64, boots Debian's arm64 kernel with it on an emulated machine, and there plays the
# quickstart and calls the node driver over its socket, with its privileges dropped and its filter on; then boots again with what the disk held,
# as after a reboot of the node. Root, Debian on amd64; about five minutes,
# half of them the compiler's, and 150 MB of packages, kept in the cache. Not a part of ./test.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/csi-secrets/arm64
out=$PWD/artifacts/arm64
mkdir -p "$cache" "$out"

# Compiler and machine.
need=()
for p in clang lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm cpio; do
  dpkg -s "$p" >/dev/null 2>&1 || need+=("$p")
done
if [ ${#need[@]} -gt 0 ]; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${need[@]}" >"$out/install.log" 2>&1 || { tail -5 "$out/install.log" >&2; exit 1; }
fi

# Debian's arm64 packages, taken apart and not installed: apt with a state of its own.
if [ ! -e "$cache/whole" ]; then
  rm -rf "$cache" && mkdir -p "$cache"/{apt/lists/partial,apt/cache/archives/partial,debs,root}
  : >"$cache/apt/status"
  apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State::Lists=$cache/apt/lists"
    -o "Dir::State::status=$cache/apt/status" -o "Dir::Cache=$cache/apt/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  kernel=$(apt-cache "${apt[@]:2}" depends linux-image-arm64 | grep -oE 'linux-image-[0-9][^ :]*-arm64' | head -1)
  (cd "$cache/debs" && "${apt[@]}" download "$kernel" busybox-static libc6 libgcc-s1 libssl3 zlib1g \
    socat libwrap0 libnsl2 libtirpc3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1)
  for d in "$cache"/debs/*.deb; do dpkg -x "$d" "$cache/root"; done
  touch "$cache/whole"
fi

dotnet publish driver/CsiSecrets.Driver.csproj -c Release -r linux-arm64 -o "$out/publish" -nologo -v q

# The machine's one file system: what the program needs, an API server of two files, and the calls as bytes.
vm=$out/root
rm -rf "$vm"
mkdir -p "$vm"/{bin,proc,sys,dev,run,tmp,etc,csi,state,registration,usr/lib,var/lib/kubelet,calls}
cp -a "$cache/root/lib" "$vm/"
rm -rf "$vm/lib/modules"
cp -a "$cache/root/usr/lib/aarch64-linux-gnu" "$vm/usr/lib/"
cp "$cache/root/bin/busybox" "$cache"/root/usr/bin/socat* "$vm/bin/" 2>/dev/null || cp "$(find "$cache/root" -name busybox -type f | head -1)" "$vm/bin/"
[ -e "$vm/bin/socat" ] || mv "$vm"/bin/socat* "$vm/bin/socat"
cp "$out/publish/csi-secrets" "$vm/"
cp -r examples/quickstart "$vm/quickstart"
cp -r "$here/server" "$vm/server"
cp "$here/kubeconfig" "$vm/etc/"
cp "$here/init" "$vm/init"

tools=$(find "${NUGET_PACKAGES:-$HOME/.nuget/packages}/grpc.tools" -type d -name linux_x64 | sort -V | tail -1)
include=$(cd "$tools/../.." && pwd)/build/native/include
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; } # of hexadecimal
frame() { # frame TYPE FLAGS STREAM FILE: of HTTP/2
  bytes "$(printf '%06x%02x%02x%08x' "$(stat -c %s "$4")" "$1" "$2" "$3")"
  cat "$4"
}
field() { # field NAME VALUE: of a header, as it is
  bytes "$(printf '00%02x' ${#1})"
  printf %s "$1"
  bytes "$(printf '%02x' ${#2})"
  printf %s "$2"
}
call() { # call SERVICE METHOD < MESSAGE: the bytes of one gRPC call
  local t=$out/call
  mkdir -p "$t"
  "$tools/protoc" -I proto/csi -I "$include" --encode="csi.v1.$2Request" csi.proto >"$t/message"
  { bytes "$(printf '00%08x' "$(stat -c %s "$t/message")")"; cat "$t/message"; } >"$t/data"
  for pair in ":method=POST" ":scheme=http" ":path=/csi.v1.$1/$2" ":authority=localhost" "content-type=application/grpc" "te=trailers"; do
    field "${pair%%=*}" "${pair#*=}"
  done >"$t/headers"
  : >"$t/none"
  { printf 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'; frame 4 0 0 "$t/none"; frame 1 4 1 "$t/headers"; frame 0 1 1 "$t/data"; } >"$vm/calls/$2"
}
target=/var/lib/kubelet/pods/6fa05b8e/volumes/kubernetes.io~csi/secrets/mount
call Identity Probe </dev/null
call Node NodePublishVolume <"$here/publish.txt"
call Node NodeGetVolumeStats <<<"volume_id: 'csi-abc' volume_path: '$target'"
call Node NodeUnpublishVolume <<<"volume_id: 'csi-abc' target_path: '$target'"

boot() { # boot LOG: from what is in $vm, until it powers itself off
  (cd "$vm" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$out/initrd.gz"
  timeout 600 qemu-system-aarch64 -M virt -cpu max -smp 2 -m 1500 -nographic -no-reboot -nic none -kernel "$cache"/root/boot/vmlinuz-* \
    -initrd "$out/initrd.gz" -append "console=ttyAMA0 quiet panic=1" </dev/null 2>&1 | tr -d '\r' >"$1" || true
  grep -aE '^(ok|not ok) ' "$1" || echo "not ok the machine said nothing: $1"
}
boot "$out/first.log"
sed -n '/^disk begins/,/^disk ends/{/^disk/!p}' "$out/first.log" | base64 -d >"$vm/disk"
boot "$out/second.log"
passed=$(cat "$out/first.log" "$out/second.log" | grep -acE '^ok ' || true)
failed=$(($(grep -E '^ *(check|start) "' "$here/init" | grep -vc '\$1"') - passed))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
