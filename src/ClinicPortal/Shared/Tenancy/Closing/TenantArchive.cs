using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <param name="Rows">Lines of a table or of a FHIR file; null for other files.</param>
public sealed record ArchivedFile(string Path, long Bytes, string Sha256, long? Rows);

/// <summary>A ZIP file while it is sent: one file after the other, nothing kept in memory, each with its SHA-256 for the manifest at the end.</summary>
public sealed class TenantArchive : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ZipArchive zip;
    private readonly DateTimeOffset now;
    private readonly List<ArchivedFile> files = [];

    private TenantArchive(ZipArchive zip, DateTimeOffset now) => (this.zip, this.now) = (zip, now);

    public IReadOnlyList<ArchivedFile> Files => files;

    public static async Task<TenantArchive> CreateAsync(Stream output, DateTimeOffset now, CancellationToken cancellationToken) =>
        new(await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken), now);

    public Task AddAsync(string path, string text, CancellationToken cancellationToken) => AddAsync(path, async file =>
    {
        await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        return null;
    }, cancellationToken);

    /// <summary>A file as it is.</summary>
    public Task AddAsync(string path, byte[] content, CancellationToken cancellationToken) => AddAsync(path, async file =>
    {
        await file.WriteAsync(content, cancellationToken);
        return null;
    }, cancellationToken);

    /// <summary>What a query gives, as it is.</summary>
    public async Task AddTableAsync(string path, NpgsqlCommand query, CancellationToken cancellationToken)
    {
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        await AddTableAsync(path, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], RowsAsync(reader, cancellationToken), cancellationToken);
    }

    /// <summary>With the byte order mark, by which Excel knows UTF-8; no cell can be taken for a formula.</summary>
    public Task AddTableAsync(string path, IReadOnlyList<string> columns, IAsyncEnumerable<IEnumerable<object?>> rows, CancellationToken cancellationToken) =>
        AddAsync(path, async file =>
        {
            await using var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
            await writer.WriteLineAsync(CsvCell.Line(columns));
            var count = 0L;
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await writer.WriteLineAsync(CsvCell.Line(row));
                count++;
            }
            return count;
        }, cancellationToken);

    /// <summary>FHIR resources of one type, one a line (NDJSON).</summary>
    public Task AddFhirAsync(string type, IAsyncEnumerable<JsonObject> resources, CancellationToken cancellationToken) =>
        AddAsync($"fhir/{type}.ndjson", async file =>
        {
            await using var writer = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            var count = 0L;
            await foreach (var resource in resources.WithCancellation(cancellationToken))
            {
                await writer.WriteLineAsync(resource.ToJsonString(Json));
                count++;
            }
            return count;
        }, cancellationToken);

    /// <summary>Writes what is in the archive, and the checksum of each file, as its last file.</summary>
    /// <returns>The manifest's own checksum, by which the archive is known.</returns>
    public async Task<string> AddManifestAsync(
        TenantInfo tenant, string writtenFor, IReadOnlyDictionary<string, string> leftOut, CancellationToken cancellationToken)
    {
        await AddAsync("manifest.json", JsonSerializer.Serialize(new
        {
            association = tenant.Identifier,
            name = tenant.Name.Ja,
            settingsVersion = tenant.Version,
            writtenAt = now.ToString("O", CultureInfo.InvariantCulture),
            writtenFor,
            formats = "CSV: UTF-8, RFC 4180; a cell that begins like a formula has an apostrophe before it. FHIR: R4, NDJSON, JP Core where it fits.",
            files,
            leftOut,
        }, Json), cancellationToken);
        return files[^1].Sha256;
    }

    public ValueTask DisposeAsync() => zip.DisposeAsync();

    private static async IAsyncEnumerable<IEnumerable<object?>> RowsAsync(NpgsqlDataReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }

    private async Task AddAsync(string path, Func<Stream, Task<long?>> write, CancellationToken cancellationToken)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = now;
        long? rows;
        await using var counted = new HashingStream(await entry.OpenAsync(cancellationToken));
        rows = await write(counted);
        await counted.FlushAsync(cancellationToken);
        files.Add(new ArchivedFile(path, counted.Count, counted.Sha256(), rows));
    }

    /// <summary>Passes on what is written, and knows how much it was and its checksum.</summary>
    private sealed class HashingStream(Stream inner) : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Count;

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public string Sha256() => Convert.ToHexStringLower(hash.GetCurrentHash());

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            hash.AppendData(buffer.Span);
            Count += buffer.Length;
            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The answer is written asynchronously.");

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            hash.Dispose();
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
