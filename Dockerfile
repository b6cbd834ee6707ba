# Builds the server and puts it on a base image without a shell or a package manager.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Packages first: they change less often than the code, so this layer is kept.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Directory.Build.props src/BannedSymbols.txt src/
COPY src/KvsRecords/KvsRecords.csproj src/KvsRecords/packages.lock.json src/KvsRecords/
COPY src/KvsRecords.Folder/KvsRecords.Folder.csproj src/KvsRecords.Folder/packages.lock.json src/KvsRecords.Folder/
COPY src/KvsRecords.Sqlite/KvsRecords.Sqlite.csproj src/KvsRecords.Sqlite/packages.lock.json src/KvsRecords.Sqlite/
COPY src/KvsRecords.Server/KvsRecords.Server.csproj src/KvsRecords.Server/packages.lock.json src/KvsRecords.Server/
RUN dotnet restore --locked-mode src/KvsRecords.Server

COPY .editorconfig ./
COPY src src
RUN dotnet publish src/KvsRecords.Server -c Release --no-restore -o /app && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
COPY --from=build /app /app

# A crawler's folder is mounted at /storage; it is never written to, so read-only will do. Without one, stores are kept in /data.
COPY --from=build --chown=1654:1654 /data /data
WORKDIR /
ENV KVSRECORDS_HOST=* \
    KVSRECORDS_PORT=8011
EXPOSE 8011
USER 1654
ENTRYPOINT ["/app/kvs-records"]
