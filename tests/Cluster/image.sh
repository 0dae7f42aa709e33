#!/bin/bash
# image.sh OUT.tar [NAME:TAG]: packs the published binary with the files that image.files lists, as a docker archive, without a registry.
# Fails when the binary needs a library that the list, and so the base image, is not known to have.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
out=${1:?OUT.tar} name=${2:-docker.io/library/csi-secrets:0.1.0}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

put() { # put SOURCE PATH: the file itself, links followed
  mkdir -p "$root$(dirname "$2")"
  cp -L "$1" "$root$2"
}
entrypoint= binary= libraries=()
while read -r kind path source; do
  case $kind in
    '' | '#'* | base) ;;
    copy) put "$top/$source" "$path"; binary=$top/$source ;;
    library) libraries+=("$path") ;;
    file) put "$path" "$path" ;;
    entrypoint) entrypoint=$path ;;
    *) echo "image.files: unknown word $kind" >&2; exit 1 ;;
  esac
done <"$top/image.files"

needed=$(ldd "$binary")
# Whoever reads from a pipe here reads it to its end: a writer whose reader has gone fails, and with it the script.
loader=$(grep -m1 -oE '/[^ ]*/ld-linux[^ ]*' <<<"$needed")
put "$loader" "$loader"
while read -r library; do
  [[ " ${libraries[*]} " == *" $library "* ]] || { echo "the binary needs $library, which image.files does not list" >&2; exit 1; }
done < <(grep -oE '^\s*[^ /]+\.so[^ ]* =>' <<<"$needed" | tr -d '\t =>')
for library in "${libraries[@]}"; do
  path=$(ldconfig -p | awk -v n="$library" '$1 == n && !found {print $NF; found = 1}')
  [ -n "$path" ] || { echo "no $library on this machine" >&2; exit 1; }
  put "$path" "$path"
done
"$here/mkimage.sh" rootfs "$root" "$name" "$out" "$entrypoint"
