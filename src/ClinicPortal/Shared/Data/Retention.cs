using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>How long the records of what was done are kept: section <c>Retention</c> of the configuration.</summary>
public sealed record RetentionOptions
{
    /// <summary>Days for which a command sent again under its idempotency key is answered and not done again.</summary>
    public int IdempotencyKeyDays { get; init; } = 7;

    /// <summary>Days for which finished work can be looked up. Work that failed stays until a person has dealt with it.</summary>
    public int FinishedWorkDays { get; init; } = 30;

    /// <summary>Minutes between two sweeps of a node.</summary>
    public int SweepEveryMinutes { get; init; } = 60;

    /// <summary>Rows that one transaction removes at most: it must hold up nobody.</summary>
    public int RowsPerBatch { get; init; } = 1_000;
}

/// <summary>
/// What goes by itself, beside <see cref="RetentionPeriods"/>: removes used idempotency keys and finished work once they are old, in short
/// transactions as the restricted role. Both tables are outside row-level security, and the role may delete from them. Nodes take turns batch by
/// batch; one that finds another at it leaves it the work.
/// </summary>
public sealed class Retention(
    NpgsqlDataSource dataSource, IOptions<RetentionOptions> options, DatabaseReadiness readiness, TimeProvider clock, ILogger<Retention> logger)
    : RepeatedTask(TimeSpan.FromMinutes(options.Value.SweepEveryMinutes), readiness, clock, logger)
{
    internal const long LockKey = 4_202_611_24;

    // By their place in the table: joined by key, a planner may read the whole table for a batch.
    internal const string ForgetKeys = """
        DELETE FROM app.idempotency WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM app.idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2))
        """;

    internal const string ForgetWork = """
        DELETE FROM app.work_item WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM app.work_item WHERE done_at < $1 ORDER BY done_at LIMIT $2))
        """;

    /// <returns>How many rows were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = Clock.GetUtcNow();
        return await SweepAsync(ForgetKeys, now.AddDays(-options.Value.IdempotencyKeyDays), cancellationToken)
            + await SweepAsync(ForgetWork, now.AddDays(-options.Value.FinishedWorkDays), cancellationToken);
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await SweepAsync(cancellationToken) is > 0 and var removed)
        {
            Logger.LogInformation("Removed {Rows} used keys and finished work items", removed);
        }
    }

    private async Task<int> SweepAsync(string forget, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (removed, last) = (0, 0);
        do
        {
            last = await RemoveBatchAsync(forget, before, cancellationToken);
            removed += last;
        }
        while (last == options.Value.RowsPerBatch);
        return removed;
    }

    private async Task<int> RemoveBatchAsync(string forget, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var turn = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({LockKey})", connection, transaction);
        if (await turn.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return 0;
        }
        await using var remove = new NpgsqlCommand(forget, connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = before },
                new NpgsqlParameter<int> { TypedValue = options.Value.RowsPerBatch },
            },
        };
        var removed = await remove.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return removed;
    }
}
