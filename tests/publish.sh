#!/bin/bash
# publish.sh: the native binary, into artifacts/publish. Skipped when nothing it is made from has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
arch=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
stamp=$( (find driver proto -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.proto' -o -name '*.json' -o -name '*.txt' \) | LC_ALL=C sort | xargs cat; cat Directory.*.props global.json) | sha256sum | cut -c1-32)
if [ "$(cat artifacts/publish/.stamp 2>/dev/null)" = "$stamp" ] && [ -x artifacts/publish/csi-secrets ]; then
  echo "unchanged since the last publish"
  exit 0
fi
rm -rf artifacts/publish
dotnet publish driver/CsiSecrets.Driver.csproj -c Release -r "linux-$arch" -o artifacts/publish -nologo -v q
mv artifacts/publish/csi-secrets.dbg artifacts/csi-secrets.dbg 2>/dev/null || true
echo "$stamp" >artifacts/publish/.stamp
