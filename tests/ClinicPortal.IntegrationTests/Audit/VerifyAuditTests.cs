using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Audit;

/// <summary>The command <c>audit verify</c> beside a running node.</summary>
public sealed class VerifyAuditTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Night_IsWhole_UntilSomebodyChangesAnEntry()
    {
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(await night.PatientAsync());
        while (await portal.Database.ReadAsync<bool>("SELECT EXISTS (SELECT FROM app.audit_unlinked)"))
        {
            await portal.Node.Services.GetRequiredService<AuditLinker>().LinkAsync(Cancellation);
        }
        var (code, said) = await RunAsync();
        Assert.Equal(0, code);
        Assert.Contains("The access log is whole.", said, StringComparison.Ordinal);

        var setagaya = StableId.Of("tenant", "setagaya");
        var entry = await portal.Database.ReadAsync<Guid>("SELECT entry_id FROM app.audit_link WHERE tenant_id = $1 AND sequence = 3", setagaya);
        await portal.Database.ExecuteAsync("UPDATE app.audit_entry SET actor_name = '別人' WHERE tenant_id = $1 AND id = $2", setagaya, entry);

        (code, said) = await RunAsync("--tenant", "setagaya");
        Assert.Equal(1, code);
        Assert.Contains($"sequence 3, entry {entry}, 2026-11-22 12:00:00.000000Z: the entry was changed after it was written", said, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("--tenant", "koto")).Code);
    }

    [Fact]
    public async Task UnknownAssociationOrOption_IsSaid()
    {
        Assert.Equal((2, "There is no association nowhere."), await RunAsync("--tenant", "nowhere"));
        Assert.Equal(2, (await RunAsync("--fast")).Code);
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] options)
    {
        await using var output = new StringWriter();
        var code = await portal.Node.Services.GetRequiredService<VerifyAudit>().RunAsync(options, output, Cancellation);
        return (code, output.ToString().Trim());
    }
}
