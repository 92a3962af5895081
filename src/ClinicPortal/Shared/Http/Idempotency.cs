using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Shared.Http;

/// <summary>A command's key under its sender, with the hash of what was sent: the same key with other content is refused.</summary>
public sealed record IdempotencyKey(Guid Owner, string Key, byte[] RequestSha256)
{
    public const int MaxLength = 200;

    /// <summary>Name of the constraint that a concurrent duplicate runs into.</summary>
    public const string Constraint = "idempotency_pkey";

    internal NpgsqlBatchCommand LookupCommand() => new("SELECT request_sha256, status, location, receipt::text FROM app.idempotency WHERE owner = $1 AND key = $2")
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = Owner }, new NpgsqlParameter<string> { TypedValue = Key } },
    };

    internal NpgsqlBatchCommand StoreCommand(int status, string? location, string? receipt, DateTimeOffset now) => new(
        "INSERT INTO app.idempotency (owner, key, request_sha256, status, location, receipt, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = Owner },
            new NpgsqlParameter<string> { TypedValue = Key },
            new NpgsqlParameter<byte[]> { TypedValue = RequestSha256 },
            new NpgsqlParameter<int> { TypedValue = status },
            new() { Value = (object?)location ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)receipt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };
}

/// <summary>What the command answered the first time.</summary>
public sealed record StoredAnswer(byte[] RequestSha256, int Status, string? Location, string? Receipt)
{
    internal static StoredAnswer Read(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<byte[]>(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3));

    public bool IsFor(IdempotencyKey key) => RequestSha256.AsSpan().SequenceEqual(key.RequestSha256);
}
