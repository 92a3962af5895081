using ClinicPortal.IntegrationTests.Infrastructure;

[assembly: AssemblyFixture(typeof(PortalPostgres))]

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>A test class's own database; no application runs on it.</summary>
public sealed class PortalDatabaseFixture(PortalPostgres postgres) : IAsyncLifetime
{
    private PortalTestDatabase? database;

    public PortalTestDatabase Database => database!;

    public async ValueTask InitializeAsync() => database = await postgres.CloneAsync();

    public ValueTask DisposeAsync() => database?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>A test class's own database with the application on it, on the test night.</summary>
public sealed class PortalFixture(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly List<PortalNode> nodes = [];
    private PortalTestDatabase? database;

    public PortalTestDatabase Database => database!;

    public NightClock Clock { get; } = new();

    public PortalNode Node => nodes[0];

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CloneAsync();
        await StartNodeAsync();
    }

    /// <summary>One more node on the same database, under the same clock; it ends with the class.</summary>
    public async Task<PortalNode> StartNodeAsync()
    {
        var node = await PortalNode.StartAsync(Database, Clock);
        nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }
}
