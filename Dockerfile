# Compiles the server to native code and puts it on a base image without a shell or a package manager.
# The compiler runs on the machine's own platform, and compiles for the one that is asked for: .NET does not run in QEMU.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# What the native compiler links with, and what it calls the platform: linux-x64 or linux-arm64.
COPY src/install-compiler src/
RUN src/install-compiler $TARGETARCH && echo "linux-$(echo $TARGETARCH | sed s/amd64/x64/)" >/rid

# Packages first: they change less often than the code, so this layer is kept. Without lock files: the compiler comes with the SDK, and the
# image's may be a later one than they name; and none knows of PostgreSQL in a native program.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Directory.Build.props src/BannedSymbols.txt src/
COPY src/KvsRecords/KvsRecords.csproj src/KvsRecords/
COPY src/KvsRecords.Folder/KvsRecords.Folder.csproj src/KvsRecords.Folder/
COPY src/KvsRecords.Sqlite/KvsRecords.Sqlite.csproj src/KvsRecords.Sqlite/
COPY src/KvsRecords.Postgres/KvsRecords.Postgres.csproj src/KvsRecords.Postgres/
COPY src/KvsRecords.Server/KvsRecords.Server.csproj src/KvsRecords.Server/
RUN dotnet restore -p:RuntimeIdentifier=$(cat /rid) -p:WithPostgres=true src/KvsRecords.Server

COPY .editorconfig ./
COPY src src
# The analyzers help those who change the code, and take as long as compiling.
RUN dotnet publish -c Release -p:RunAnalyzers=false -p:RuntimeIdentifier=$(cat /rid) -p:WithPostgres=true --no-restore -o /image/app src/KvsRecords.Server

# Whoever the container runs as may keep stores there.
RUN mkdir -m 777 /image/data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
LABEL org.opencontainers.image.title="KvsRecords" \
      org.opencontainers.image.description="The key-value stores of the Apify API, on your own machine" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /image /

# A crawler's folder that is mounted at /storage is served as it is; it is never written to, so read-only will do. Without one, stores
# are kept in /data.
WORKDIR /
ENV KVSRECORDS_HOST=* \
    KVSRECORDS_PORT=8011
EXPOSE 8011
VOLUME /data
USER 1654
HEALTHCHECK --interval=5s --timeout=20s --start-period=30s CMD ["/app/kvs-records", "health"]
ENTRYPOINT ["/app/kvs-records"]
