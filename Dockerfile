# syntax=docker/dockerfile:1
# One native binary on a base without a shell. Build each architecture on a machine of its own (the SDK does not run under
# emulation): docker build --platform linux/amd64 . and docker build --platform linux/arm64 .
# The last stage's files are listed in image.files; a test compares the two.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TARGETARCH
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang lld zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
    && CI=true dotnet publish driver/CsiSecrets.Driver.csproj -c Release -r "$rid" -o artifacts/publish

# Its glibc is at least as new as the build's, which the binary is linked against.
FROM gcr.io/distroless/cc-debian13:latest
COPY --from=build /source/artifacts/publish/csi-secrets /csi-secrets
ENTRYPOINT ["/csi-secrets"]
