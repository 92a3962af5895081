using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Data;

public sealed class RetentionTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly RetentionOptions Kept = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Retention Retention => portal.Node.Services.GetRequiredService<Retention>();

    [Fact]
    public async Task UsedKeys_GoAfterAWeek_HoweverManyBatchesThatTakes()
    {
        await AddKeysAsync("old", Kept.IdempotencyKeyDays + 1, (2 * Kept.RowsPerBatch) + 1);
        await AddKeysAsync("young", Kept.IdempotencyKeyDays - 1, 1);

        await Retention.SweepAsync(Cancellation);

        Assert.Equal((0L, 1L), (await CountAsync("idempotency WHERE key LIKE 'old-%'"), await CountAsync("idempotency WHERE key LIKE 'young-%'")));
    }

    [Fact]
    public async Task FinishedWork_GoesAfterAMonth_AndUnfinishedOrFailedWorkNever()
    {
        await AddWorkAsync("old", doneDaysAgo: Kept.FinishedWorkDays + 1, failed: false);
        await AddWorkAsync("young", doneDaysAgo: Kept.FinishedWorkDays - 1, failed: false);
        await AddWorkAsync("failed", doneDaysAgo: null, failed: true);

        await Retention.SweepAsync(Cancellation);

        Assert.Equal(
            ["failed", "young"],
            await portal.Database.ReadAllAsync<string>("SELECT dedupe_key FROM app.work_item WHERE kind = 'test.retention' ORDER BY dedupe_key"));
    }

    [Fact]
    public async Task Sweep_WhileAnotherNodeIsAtIt_LeavesItTheWork()
    {
        await AddKeysAsync("taken", Kept.IdempotencyKeyDays + 1, 1);
        await using var other = await portal.Database.App.OpenConnectionAsync(Cancellation);
        await using var turn = new NpgsqlCommand($"SELECT pg_advisory_lock({Retention.LockKey})", other);
        await turn.ExecuteNonQueryAsync(Cancellation);

        Assert.Equal(0, await Retention.SweepAsync(Cancellation));

        turn.CommandText = $"SELECT pg_advisory_unlock({Retention.LockKey})";
        await turn.ExecuteNonQueryAsync(Cancellation);
        Assert.Equal(1L, await CountAsync("idempotency WHERE key LIKE 'taken-%'"));
    }

    [Theory]
    [InlineData(Retention.ForgetKeys, "idempotency_oldest")]
    [InlineData(Retention.ForgetWork, "work_item_finished")]
    public async Task Batch_IsFoundByItsIndex_AndReadsNoWholeTable(string forget, string index)
    {
        await AddKeysAsync("plan", Kept.IdempotencyKeyDays - 1, 20_000);
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.work_item (id, kind, payload, dedupe_key, due_at, created_at, done_at)
            SELECT gen_random_uuid(), 'test.plan', '{}', 'plan-' || gen_random_uuid(), now(), now(), now() FROM generate_series(1, 20000)
            """);
        await portal.Database.ExecuteAsync("ANALYZE app.idempotency, app.work_item");
        await using var explain = portal.Database.App.CreateCommand($"EXPLAIN {forget}");
        explain.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = portal.Clock.Now.AddDays(-Kept.FinishedWorkDays) });
        explain.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Kept.RowsPerBatch });

        var plan = new List<string>();
        await using var reader = await explain.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, step => step.Contains($"using {index}", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("Seq Scan", StringComparison.Ordinal));
    }

    private Task AddKeysAsync(string prefix, int daysAgo, int count) => portal.Database.ExecuteAsync("""
        INSERT INTO app.idempotency (owner, key, request_sha256, status, created_at)
        SELECT gen_random_uuid(), $1 || '-' || i, '', 201, $2 FROM generate_series(1, $3) i
        """, prefix, portal.Clock.Now.AddDays(-daysAgo), count);

    private Task AddWorkAsync(string key, int? doneDaysAgo, bool failed) => portal.Database.ExecuteAsync("""
        INSERT INTO app.work_item (id, kind, payload, dedupe_key, due_at, created_at, done_at, failed_at)
        VALUES (gen_random_uuid(), 'test.retention', '{}', $1, $2, $2, CASE WHEN $3 >= 0 THEN $4::timestamptz - make_interval(days => $3) END, CASE WHEN $5 THEN $2 END)
        """, key, portal.Clock.Now.AddDays(-60), doneDaysAgo ?? -1, portal.Clock.Now, failed);

    private Task<long> CountAsync(string rows) => portal.Database.ReadAsync<long>($"SELECT count(*) FROM app.{rows}");
}
