using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

/// <summary>Section <c>Audit</c> of the configuration.</summary>
public sealed record AuditOptions
{
    /// <summary>Where anchors are written: a place that whoever owns the database cannot write to. <c>audit-anchors</c> in the data directory by default.</summary>
    public string AnchorDirectory { get; set; } = "";
}

/// <summary>How long a tenant's chain was at a time, and with which head: what is cut off behind it, or chained anew before it, no longer fits.</summary>
internal sealed record AuditAnchor(DateTimeOffset At, Guid Tenant, long Sequence, byte[] Mac, string KeyId, byte[] Signature)
{
    public static AuditAnchor Sign(DateTimeOffset at, Guid tenant, long sequence, byte[] mac, AuditKeys keys)
    {
        var anchor = new AuditAnchor(at, tenant, sequence, mac, keys.Anchors.MasterKeyId, []);
        return anchor with { Signature = anchor.Sign(keys.Anchors.Bytes) };
    }

    public bool IsSigned(AuditKeys keys) => keys.AnchorsUnder(KeyId) is { } key && CryptographicOperations.FixedTimeEquals(Sign(key), Signature);

    private byte[] Sign(byte[] key) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{At.UtcDateTime:O} {Tenant} {Sequence} {Convert.ToHexStringLower(Mac)} {KeyId}")));
}

/// <summary>Every five minutes: the heads of the chains that have grown, appended outside the database to the day's file, a line each. Every node keeps its own.</summary>
public sealed class AuditAnchors(
    NpgsqlDataSource dataSource, AuditKeys keys, IOptions<AuditOptions> options, DatabaseReadiness readiness, TimeProvider clock, ILogger<AuditAnchors> logger)
    : RepeatedTask(TimeSpan.FromMinutes(5), readiness, clock, logger)
{
    private const string Heads = """
        SELECT t.id, head.sequence, head.mac FROM app.tenant t
        CROSS JOIN LATERAL (SELECT sequence, mac FROM app.audit_link WHERE tenant_id = t.id ORDER BY sequence DESC LIMIT 1) head
        """;

    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web);

    private readonly Dictionary<Guid, long> written = [];

    public string Directory { get; } = Path.GetFullPath(options.Value.AnchorDirectory);

    /// <returns>How many anchors were written.</returns>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        var anchors = await GrownAsync(cancellationToken);
        if (anchors.Count == 0)
        {
            return 0;
        }
        System.IO.Directory.CreateDirectory(Directory);
        var file = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        var lines = string.Concat(anchors.Select(anchor => JsonSerializer.Serialize(anchor, Lines) + "\n"));
        await using (var stream = new FileStream(Path.Combine(Directory, $"{Clock.GetUtcNow().UtcDateTime:yyyy-MM-dd}.jsonl"), file))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(lines), cancellationToken);
            stream.Flush(flushToDisk: true);
        }
        foreach (var anchor in anchors)
        {
            written[anchor.Tenant] = anchor.Sequence;
        }
        return anchors.Count;
    }

    /// <summary>All lines of all files, oldest first; null where a line is not an anchor that this installation signed.</summary>
    internal async IAsyncEnumerable<(string Place, AuditAnchor? Anchor)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            yield break;
        }
        foreach (var path in System.IO.Directory.EnumerateFiles(Directory, "*.jsonl").Order(StringComparer.Ordinal))
        {
            var number = 0;
            await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
            {
                yield return ($"{Path.GetFileName(path)}:{++number}", Parse(line));
            }
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);

    private AuditAnchor? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditAnchor>(line, Lines) is { Mac: not null, KeyId: not null, Signature: not null } anchor && anchor.IsSigned(keys) ? anchor : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<List<AuditAnchor>> GrownAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AllTenants.SeeAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand(Heads, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var anchors = new List<AuditAnchor>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetInt64(1) != written.GetValueOrDefault(reader.GetGuid(0)))
            {
                anchors.Add(AuditAnchor.Sign(Clock.GetUtcNow(), reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), keys));
            }
        }
        return anchors;
    }
}
