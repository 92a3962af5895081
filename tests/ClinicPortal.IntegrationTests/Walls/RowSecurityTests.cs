using Npgsql;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>The third wall alone: raw SQL of the restricted role, no filter and no save check in its way.</summary>
[Collection(WallsCollection.Name)]
public sealed class RowSecurityTests(TwoTenantsFixture walls)
{
    private static readonly Guid A = TwoTenantsFixture.A;
    private static readonly Guid B = TwoTenantsFixture.B;

    [Fact]
    public async Task EveryTable_HasRowsOfBothTenants_ForTheseTestsToMeanAnything()
    {
        Assert.NotEmpty(walls.Tables);
        foreach (var table in walls.Tables)
        {
            Assert.True(await walls.Database.ReadAsync<long>($"SELECT count(DISTINCT tenant_id) FROM {table} WHERE tenant_id IN ($1, $2)", A, B) == 2, table);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Select_WithoutScope_FindsNoRow(string? setting)
    {
        await using var connection = await walls.Database.App.OpenConnectionAsync(TestContext.Current.CancellationToken);
        if (setting is not null)
        {
            await ExecuteAsync(connection, $"SELECT set_config('app.tenants', '{setting}', false)");
        }
        foreach (var table in await TablesWithAsync(connection, "SELECT"))
        {
            Assert.True(await CountAsync(connection, $"SELECT count(*) FROM {table}") == 0, table);
        }
    }

    [Fact]
    public async Task Select_InScopeOfOne_FindsItsRowsOnly()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in await TablesWithAsync(connection, "SELECT"))
        {
            Assert.True(await CountAsync(connection, $"SELECT count(*) FROM {table} WHERE tenant_id = '{A}'") > 0, table);
            Assert.True(await CountAsync(connection, $"SELECT count(*) FROM {table} WHERE tenant_id <> '{A}'") == 0, table);
            Assert.True(await CountAsync(connection, $"SELECT count(*) FROM {table} WHERE tenant_id = '{B}' OR true") ==
                await CountAsync(connection, $"SELECT count(*) FROM {table} WHERE tenant_id = '{A}'"), table);
        }
    }

    [Fact]
    public async Task Select_InScopeOfTwo_FindsBoth()
    {
        await using var connection = await walls.AsAppAsync(A, B);
        foreach (var table in await TablesWithAsync(connection, "SELECT"))
        {
            Assert.True(await CountAsync(connection, $"SELECT count(DISTINCT tenant_id) FROM {table}") == 2, table);
        }
    }

    [Fact]
    public async Task Update_InScopeOfOne_ChangesNoRowOfAnother()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in await TablesWithAsync(connection, "UPDATE"))
        {
            Assert.True(await ExecuteAsync(connection, $"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = '{B}'") == 0, table);
        }
    }

    [Fact]
    public async Task Update_ThatGivesARowToAnotherTenant_IsRefused()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in await TablesWithAsync(connection, "UPDATE"))
        {
            await AssertRefusedByRowSecurityAsync(connection, table, $"UPDATE {table} SET tenant_id = '{B}' WHERE tenant_id = '{A}'");
        }
    }

    [Fact]
    public async Task Delete_InScopeOfOne_RemovesNoRowOfAnother()
    {
        await using var connection = await walls.AsAppAsync(A);
        foreach (var table in await TablesWithAsync(connection, "DELETE"))
        {
            Assert.True(await ExecuteAsync(connection, $"DELETE FROM {table} WHERE tenant_id = '{B}'") == 0, table);
            Assert.True(await walls.Database.ReadAsync<long>($"SELECT count(*) FROM {table} WHERE tenant_id = $1", B) > 0, table);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Insert_ForATenantOutsideTheScope_IsRefused(bool someScope)
    {
        await using var connection = await walls.AsAppAsync(someScope ? [A] : []);
        foreach (var table in await TablesWithAsync(connection, "INSERT"))
        {
            // The checks that made-up rows would meet are dropped, so only the wall can refuse.
            await AssertRefusedByRowSecurityAsync(connection, table, await walls.InsertionAsync(table, B));
        }
    }

    [Fact]
    public async Task Scope_OfATransaction_EndsWithIt()
    {
        await using (await walls.AsAppAsync(A))
        {
        }
        await using var connection = await walls.Database.App.OpenConnectionAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await ReadAsync<string>(connection, "SELECT coalesce(current_setting('app.tenants', true), '')"));
    }

    [Fact]
    public async Task PooledConnection_ComesBackWithoutItsLastBorrowersScope()
    {
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(walls.Database.Connections.App) { MaxPoolSize = 1 });
        int borrowed;
        await using (var first = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            borrowed = first.ProcessID;
            await ExecuteAsync(first, $"SELECT set_config('app.tenants', '{A}', false)");
            Assert.NotEqual(0, await CountAsync(first, $"SELECT count(*) FROM {walls.Tables[0]}"));
        }

        await using var second = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(borrowed, second.ProcessID);
        Assert.Equal("", await ReadAsync<string>(second, "SELECT current_setting('app.tenants', true)"));
        Assert.Equal(0, await CountAsync(second, $"SELECT count(*) FROM {walls.Tables[0]}"));
    }

    private async Task<IEnumerable<string>> TablesWithAsync(NpgsqlConnection connection, string privilege)
    {
        var tables = new List<string>();
        foreach (var table in walls.Tables)
        {
            if (await ReadAsync<bool>(connection, $"SELECT has_table_privilege('{table}', '{privilege}')"))
            {
                tables.Add(table);
            }
        }
        Assert.NotEmpty(tables);
        return tables;
    }

    private static async Task AssertRefusedByRowSecurityAsync(NpgsqlConnection connection, string table, string sql)
    {
        await ExecuteAsync(connection, "SAVEPOINT before");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, sql));
        Assert.True(refusal.MessageText.Contains("row-level security", StringComparison.Ordinal), $"{table}: {refusal.MessageText}");
        await ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT before");
    }

    private static Task<long> CountAsync(NpgsqlConnection connection, string sql) => ReadAsync<long>(connection, sql);

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
