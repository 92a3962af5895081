using System.Net;
using System.Net.WebSockets;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Requests;

/// <summary>Whose transaction is whose, and for how long.</summary>
public sealed class PortalSessionTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispose_ASecondTime_LeavesTheNextBorrowerOfTheConnectionAlone()
    {
        // One connection, so that the second session is sure to get what the first gave back.
        await using var single = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(portal.Database.Connections.App) { MaxPoolSize = 1 });
        var first = Session(single);
        await first.OpenAsync(Cancellation);
        await first.DisposeAsync();
        await using var second = Session(single);
        await second.OpenAsync(Cancellation);

        await first.DisposeAsync();

        await using var command = new NpgsqlCommand("SELECT now() <> statement_timestamp()", await second.ConnectionAsync(Cancellation));
        Assert.True((bool)(await command.ExecuteScalarAsync(Cancellation))!, "The second session lost its transaction.");
    }

    [Fact]
    public async Task Commit_GivesTheConnectionBack()
    {
        await using var single = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(portal.Database.Connections.App) { MaxPoolSize = 1, Timeout = 2 });
        await using var session = Session(single);
        await session.OpenAsync(Cancellation);
        await session.CommitAsync(Cancellation);

        await using var other = await single.OpenConnectionAsync(Cancellation);

        Assert.Equal(System.Data.ConnectionState.Open, other.State);
    }

    [Fact]
    public async Task LiveConnection_HoldsNoTransaction()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", $"__Host-session={browser.Cookie("desk.localhost", "__Host-session")}");
        using var client = portal.Node.Client("desk.localhost");
        await socket.ConnectAsync(new Uri($"ws://desk.localhost:{portal.Node.Port}/live"), client, Cancellation);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, Cancellation);
        await socket.ReceiveAsync(new byte[64], Cancellation);

        // Background work comes and goes; what a connection held would stay through every look.
        var held = true;
        for (var look = 0; held && look < 50; look++)
        {
            held = await portal.Database.ReadAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%app.tenants%')");
        }

        Assert.False(held);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Migrate_AfterMonthsAtRest_MakesThePartitionsAhead()
    {
        var next = await portal.Database.ReadAsync<string>("SELECT 'app.audit_entry_' || to_char(now() + interval '2 months', 'YYYYMM')");
        await portal.Database.ExecuteAsync($"DROP TABLE {next}");

        await portal.Node.Services.GetRequiredService<Migrator>().MigrateAsync(Cancellation);

        Assert.True(await portal.Database.ReadAsync<bool>("SELECT to_regclass($1) IS NOT NULL", next));
    }

    [Fact]
    public async Task RefusedCommand_AfterItsModuleWasAsked_IsARefusalAndNotAnError()
    {
        using var desk = portal.Node.Api("demo.desk.operator");
        var opened = (await desk.PostAsync("/api/v1/cases", new { association = "setagaya", complaint = "発熱" })).Expect(HttpStatusCode.Created);

        var refused = await desk.PostAsync($"/api/v1/cases/{opened.Id}/outcome", new { outcome = "phone-advice", doctorName = "山田 太郎" });

        Assert.Equal("case.not-triaged", refused.Expect(HttpStatusCode.Conflict).Code);
    }

    [Fact]
    public async Task ManyCallsAtOnce_MoreThanThereAreConnections_AreAllTaken()
    {
        using var desk = portal.Node.Api("demo.desk.operator");

        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => desk.PostAsync("/api/v1/cases", new { association = "setagaya", complaint = "発熱" })));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
        Assert.Equal(answers.Length, answers.Select(answer => answer.Text("number")).Distinct().Count());
    }

    private PortalSession Session(NpgsqlDataSource connections)
    {
        var scope = new TenantScope();
        scope.Set([]);
        return new PortalSession(
            connections, scope, portal.Node.Services.GetRequiredService<LiveRelay>(), new ShownRecords(portal.Clock),
            portal.Node.Services.GetRequiredService<AuditKeys>(), portal.Node.Services.GetRequiredService<Vault>());
    }
}
