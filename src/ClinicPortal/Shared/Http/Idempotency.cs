using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Shared.Http;

/// <summary>A command's key under its sender, with the hash of what was sent: the same key with other content is refused.</summary>
public sealed record IdempotencyKey(Guid Owner, string Key, byte[] RequestSha256)
{
    public const int MaxLength = 200;

    /// <summary>Name of the constraint that a concurrent duplicate runs into.</summary>
    private const string Constraint = "idempotency_pkey";

    internal NpgsqlBatchCommand LookupCommand() => new("SELECT request_sha256, status, location, receipt::text FROM app.idempotency WHERE owner = $1 AND key = $2")
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = Owner }, new NpgsqlParameter<string> { TypedValue = Key } },
    };

    /// <summary>A use case whose record somebody else changed meanwhile is refused, not failed.</summary>
    internal static async Task<Result<T>> RunOnceAsync<T>(Func<Task<Result<T>>> useCase)
    {
        try
        {
            return await useCase();
        }
        catch (DbUpdateConcurrencyException)
        {
            return Error.Conflict("changed-meanwhile");
        }
    }

    /// <summary>
    /// Commits what the use case wrote together with its answer. Not cancelled by a sender who hangs up: what succeeded is kept.
    /// </summary>
    /// <returns>
    /// Null; or, when the command came before, perhaps a moment ago, what it was answered then. Looking first would cost every
    /// command a round trip, and not help two that come at once.
    /// </returns>
    internal async Task<StoredAnswer?> CommitAsync(PortalSession session, StoredAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await session.CommitAsync(CancellationToken.None, StoreCommand(answer, now));
            return null;
        }
        catch (PostgresException duplicate) when (duplicate is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: Constraint })
        {
            return await session.RestartAsync(this, cancellationToken) ?? throw new InvalidOperationException("The command under this key left no answer.");
        }
    }

    private NpgsqlBatchCommand StoreCommand(StoredAnswer answer, DateTimeOffset now) => new(
        "INSERT INTO app.idempotency (owner, key, request_sha256, status, location, receipt, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = Owner },
            new NpgsqlParameter<string> { TypedValue = Key },
            new NpgsqlParameter<byte[]> { TypedValue = answer.RequestSha256 },
            new NpgsqlParameter<int> { TypedValue = answer.Status },
            new() { Value = (object?)answer.Location ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)answer.Receipt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
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
