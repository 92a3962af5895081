using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>An association that is not opened is there for nobody.</summary>
public sealed class DraftTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TenantFolder Folder => TenantFolder.Load(portal.Node.Services.GetRequiredService<TenantFiles>().Root);

    [Fact]
    public async Task Import_WithoutTheOpeningLine_IsReachedByNobodyUntilOpened_ThenOnAllNodesWithoutARestart()
    {
        var second = await portal.StartNodeAsync();
        var import = portal.Node.Services.GetRequiredService<TenantImport>();

        Assert.Equal(ImportOutcome.Created, await ApplyAsync(import, "shinagawa", open: false));
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.Node, "shinagawa.localhost"));
        var desk = Assert.Single(portal.Node.Services.GetRequiredService<TenantDirectory>().Desks);
        Assert.DoesNotContain(desk.TenantsAt(portal.Clock.Now), t => t.Value == StableId.Of("tenant", "shinagawa"));

        Assert.True(await import.OpenAsync("shinagawa", Cancellation));
        Assert.False(await import.OpenAsync("shinagawa", Cancellation));
        foreach (var node in new[] { portal.Node, second })
        {
            using var opened = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            // Each node re-reads by itself; nobody tells it to.
            while (await StatusAsync(node, "shinagawa.localhost") == HttpStatusCode.NotFound)
            {
                await Task.Delay(100, opened.Token);
            }
            using var client = node.Client("shinagawa.localhost");
            Assert.Equal(Folder.Tenants.First(t => t.Settings.Identifier == "koto").Logo, await client.GetStringAsync("/logo.svg", Cancellation));
        }
        Assert.Contains(portal.Node.Services.GetRequiredService<TenantDirectory>().Desks.Single().TenantsAt(portal.Clock.Now), t => t.Value == StableId.Of("tenant", "shinagawa"));
    }

    [Fact]
    public async Task Import_UnderANameOfADesk_IsRefused()
    {
        Assert.Equal(ImportOutcome.Taken, await ApplyAsync(portal.Node.Services.GetRequiredService<TenantImport>(), "desk", open: true));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant WHERE identifier = 'desk'"));
    }

    [Fact]
    public async Task MembersOfAnAssociationThatIsNotOpen_FindNothing()
    {
        using var member = await Browser.SignInAsync(portal.Node, "secretariat@tamagawa.example", "tamagawa.localhost");
        var directory = portal.Node.Services.GetRequiredService<TenantDirectory>();
        await portal.Database.ExecuteAsync("UPDATE app.tenant SET opened_at = NULL WHERE identifier = 'tamagawa'");
        try
        {
            await directory.LoadAsync(Cancellation);

            Assert.Equal(HttpStatusCode.NotFound, (await member.GetAsync(portal.Node.Url("/members", "tamagawa.localhost"))).Status);
            foreach (var (key, host) in new[] { ("demo.tamagawa.secretariat", "localhost"), ("demo.tamagawa.clinic1", "localhost"), ("demo.tamagawa.clinic1", "desk.localhost") })
            {
                using var client = portal.Node.Client(host);
                client.DefaultRequestHeaders.Authorization = new("Bearer", key);
                using var answer = await client.GetAsync("/api/v1/cases", Cancellation);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            }
            using var person = new Browser(portal.Node);
            var places = await person.SignInAsync(await person.OpenAsync(portal.Node.Url("/sign-in")), "secretariat@tamagawa.example");
            Assert.DoesNotContain("tamagawa", places.Document.Body!.InnerHtml, StringComparison.Ordinal);
            using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
            var call = await desk.OpenAsync(portal.Node.Url("/cases/new", "desk.localhost"));
            Assert.Equal(HttpStatusCode.OK, call.Status);
            Assert.DoesNotContain("玉川", call.Document.Body!.TextContent, StringComparison.Ordinal);
        }
        finally
        {
            await portal.Database.ExecuteAsync("UPDATE app.tenant SET opened_at = created_at WHERE identifier = 'tamagawa'");
            await directory.LoadAsync(Cancellation);
        }
    }

    private async Task<ImportOutcome> ApplyAsync(TenantImport import, string identifier, bool open)
    {
        var koto = Folder.Tenants.Single(t => t.Settings.Identifier == "koto");
        var definition = koto with { Settings = koto.Settings with { Identifier = identifier, Open = open, CareModel = CareModel.AssociationDesk, Desk = "desk" } };
        return Assert.Single(await import.RunAsync([], [definition], apply: true, Cancellation)).Outcome;
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalNode node, string host)
    {
        using var client = node.Client(host);
        using var answer = await client.GetAsync("/accent.css", Cancellation);
        return answer.StatusCode;
    }
}
