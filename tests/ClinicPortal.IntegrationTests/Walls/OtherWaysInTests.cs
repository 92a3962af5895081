using Npgsql;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>Row-level security alone, by the ways in that are no plain SELECT: copying, plans made in another scope, functions, conflicts, RETURNING.</summary>
[Collection(WallsCollection.Name)]
public sealed class OtherWaysInTests(TwoTenantsFixture walls)
{
    private static readonly Guid A = TwoTenantsFixture.A;
    private static readonly Guid B = TwoTenantsFixture.B;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Copy_TakesOutTheRowsOfTheScopeOnly()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in await ReadableAsync(connection))
        {
            using var copied = await connection.BeginTextExportAsync($"COPY (SELECT tenant_id FROM {table}) TO STDOUT", Cancellation);
            var tenants = (await copied.ReadToEndAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct();
            Assert.True(tenants.SequenceEqual([$"{A}"]), table);
        }
    }

    /// <summary>The plan is made once, for good, in one scope; the scope is read at each execution.</summary>
    [Fact]
    public async Task PreparedPlan_OfOneScope_ShowsTheRowsOfTheNext()
    {
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(walls.Database.Connections.App) { MaxPoolSize = 1, MaxAutoPrepare = 0 });
        await using var connection = await pool.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, "SET plan_cache_mode = force_generic_plan");
        foreach (var table in await ReadableAsync(connection))
        {
            await ExecuteAsync(connection, $"PREPARE look AS SELECT coalesce(string_agg(DISTINCT tenant_id::text, ','), '') FROM {table}");
            foreach (var scope in new[] { $"{A}", $"{B}", "", $"{A}" })
            {
                await using var transaction = await connection.BeginTransactionAsync(Cancellation);
                await ExecuteAsync(connection, $"SELECT set_config('app.tenants', '{scope}', true)");
                Assert.True(await ReadAsync(connection, "EXECUTE look") == scope, $"{table} in scope '{scope}'");
            }
            await ExecuteAsync(connection, "DEALLOCATE look");
        }
    }

    [Fact]
    public async Task AnonymousCode_SeesNoMoreThanItsCaller()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in await ReadableAsync(connection))
        {
            await ExecuteAsync(connection, $"""
                DO $$ BEGIN
                  IF EXISTS (SELECT FROM {table} WHERE tenant_id = '{B}') THEN RAISE EXCEPTION 'seen'; END IF;
                END $$
                """);
        }
    }

    [Fact]
    public async Task Writes_ReturnNoRowOfAnotherTenant_HoweverTheirConditionIsWritten()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in walls.Tables)
        {
            foreach (var (privilege, sql) in new[]
            {
                ("UPDATE", $"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = '{B}' OR tenant_id IN (SELECT '{B}'::uuid) RETURNING tenant_id"),
                ("DELETE", $"DELETE FROM {table} WHERE tenant_id <> '{A}' RETURNING tenant_id"),
            })
            {
                if (await ReadAsync(connection, $"SELECT (has_table_privilege('{table}', '{privilege}') AND has_table_privilege('{table}', 'SELECT'))::text") == "true")
                {
                    await using var command = new NpgsqlCommand(sql, connection);
                    await using var reader = await command.ExecuteReaderAsync(Cancellation);
                    Assert.False(await reader.ReadAsync(Cancellation), $"{privilege} {table}");
                }
            }
        }
    }

    [Fact]
    public async Task NoRuleRewritesWhatTheApplicationAsksItsTables() => Assert.Empty(await walls.Database.ReadAllAsync<string>("""
        SELECT r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
        """));

    private async Task<List<string>> ReadableAsync(NpgsqlConnection connection)
    {
        var readable = new List<string>();
        foreach (var table in walls.Tables)
        {
            if (await ReadAsync(connection, $"SELECT has_table_privilege('{table}', 'SELECT')::text") == "true")
            {
                readable.Add(table);
            }
        }
        Assert.NotEmpty(readable);
        return readable;
    }

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
