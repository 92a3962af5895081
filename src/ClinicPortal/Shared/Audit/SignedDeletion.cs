using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

/// <summary>
/// That rows of a closed association were deleted, signed by the application under a key outside the database: where its chain ended then,
/// and how much was wrong with it. Whoever owns the database can delete an access log, but cannot write this about it.
/// </summary>
/// <param name="Kind">Charts or Books; the access log goes with the books.</param>
/// <param name="Rows">By table.</param>
/// <param name="ManifestSha256">Of the last hand-over before it.</param>
/// <param name="ChainLength">Sequence of the last link, and its mac.</param>
/// <param name="ChainFaults">What a verification found wrong with the chain just before.</param>
internal sealed record SignedDeletion(
    Guid Id, Guid Association, string Identifier, string Kind, IReadOnlyDictionary<string, int> Rows, string ManifestSha256, DateTimeOffset DeletedAt,
    long ChainLength, byte[] ChainMac, int ChainFaults, string KeyId, byte[] Mac)
{
    private const string Select = """
        SELECT id, association_id, identifier, kind, rows::text, manifest_sha256, deleted_at, chain_length, chain_mac, chain_faults, key_id, mac
        FROM app.tenant_deletion WHERE association_id = $1 AND kind = $2
        """;

    public SignedDeletion Sign(AuditKeys keys)
    {
        var named = this with { KeyId = keys.Deletions.MasterKeyId };
        return named with { Mac = HMACSHA256.HashData(keys.Deletions.Bytes, named.Bytes()) };
    }

    public bool IsSigned(AuditKeys keys) =>
        keys.DeletionsUnder(KeyId) is { } key && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, Bytes()), Mac);

    /// <returns>Null where nothing is said to be deleted. One from before deletions were signed is not signed.</returns>
    public static async Task<SignedDeletion?> FindAsync(NpgsqlConnection connection, Guid association, string kind, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Select, connection) { Parameters = { new() { Value = association }, new() { Value = kind } } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new SignedDeletion(
            row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), JsonSerializer.Deserialize<Dictionary<string, int>>(row.GetString(4))!, row.GetString(5),
            row.GetFieldValue<DateTimeOffset>(6), row.IsDBNull(7) ? 0 : row.GetInt64(7), Blob(row, 8), row.IsDBNull(9) ? 0 : row.GetInt32(9),
            row.IsDBNull(10) ? "" : row.GetString(10), Blob(row, 11)) : null;
    }

    private static byte[] Blob(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

    /// <summary>Every value with its length before it; the tables in the order of their names, which JSON in a database does not keep.</summary>
    private byte[] Bytes()
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        foreach (var value in (string[])[$"{Id}", $"{Association}", Identifier, Kind, .. Rows.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key} {r.Value}"), ManifestSha256, KeyId])
        {
            AuditMac.Write(bytes, value);
        }
        foreach (var value in (long[])[DeletedAt.UtcTicks / TimeSpan.TicksPerMicrosecond, ChainLength, ChainFaults])
        {
            AuditMac.WriteNumber(bytes, value);
        }
        bytes.Write(ChainMac);
        return bytes.WrittenSpan.ToArray();
    }
}
