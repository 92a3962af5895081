using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Secrets;

/// <summary>Leaves a database that a node under the tests' master key cannot read any more.</summary>
public sealed class KeyRewrapTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rewrap_BringsAllKeysUnderTheNewMasterKey_SoThatTheOldOneMayGo()
    {
        const string Newer = "newer=//////////////////////////////////////////8=";
        var patient = await new TestNight(portal).PatientAsync(2);
        await using (var node = await PortalNode.StartAsync(portal.Database, portal.Clock, services => services.AddSingleton(MasterKeys.Of(Newer, PortalNode.MasterKey))))
        {
            Assert.Equal(0, await node.Services.GetRequiredService<KeyCommands>().RunAsync(["rewrap"], Cancellation));
        }

        Assert.Equal(["newer"], await portal.Database.ReadAllAsync<string>("SELECT DISTINCT master_key_id FROM app.data_key"));
        await using var without = await PortalNode.StartAsync(portal.Database, portal.Clock, services => services.AddSingleton(MasterKeys.Of(Newer)));
        using var clinic = await Browser.SignInAsync(without, "clinic2.doctor@setagaya.example", "setagaya.localhost");
        Assert.Equal(HttpStatusCode.OK, (await clinic.OpenAsync(without.Url($"/patients/{patient}", "setagaya.localhost"))).Status);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => PortalNode.StartAsync(portal.Database, portal.Clock));
        Assert.Contains("\"newer\"", refused.ToString(), StringComparison.Ordinal);
    }
}
