using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Data;

public sealed class TwoStartsTests(PortalPostgres postgres)
{
    [Fact]
    public async Task TwoNodes_StartingAtOnceOnAnEmptyDatabase_BothServe_AndMakeEverythingOnce()
    {
        await using var database = await postgres.EmptyAsync();

        var nodes = await Task.WhenAll(PortalNode.StartAsync(database), PortalNode.StartAsync(database));

        foreach (var node in nodes)
        {
            await using (node)
            {
                using var http = node.Client();
                using var ready = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
                Assert.True(ready.IsSuccessStatusCode);
            }
        }
        Assert.Equal(3, await database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings"));
        Assert.Equal(0, await database.ReadAsync<long>(
            "SELECT count(*) FROM (SELECT FROM patients.patient GROUP BY tenant_id, chart_number HAVING count(*) > 1) twice"));
        // With a key of its own each, a form of one node would be refused by the other.
        Assert.Equal(1, await database.ReadAsync<long>("SELECT count(*) FROM app.data_protection_key"));
    }
}
