using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>Who did what when stays as it was written; who read a case is written down.</summary>
public sealed class TimelineTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("UPDATE nightdesk.case_event SET actor_name = 'x'")]
    [InlineData("DELETE FROM nightdesk.case_event")]
    [InlineData("TRUNCATE nightdesk.case_event")]
    public async Task Timeline_ForTheApplicationsRole_IsAppendOnly(string sql)
    {
        await Association.Setagaya.OpenCaseAsync(portal.Node);
        await using var connection = await portal.Database.App.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var scope = new NpgsqlCommand("SELECT set_config('app.tenants', $1, false)", connection)
        {
            Parameters = { new() { Value = StableId.Of("tenant", "setagaya").ToString() } },
        };
        await scope.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var change = new NpgsqlCommand(sql, connection);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Reading_ACaseAndLists_IsOnTheAccessLog()
    {
        var opened = await Association.Setagaya.OpenCaseAsync(portal.Node);
        using var desk = portal.Node.Api(Association.Setagaya.Desk);

        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        (await desk.GetAsync(opened.Location!)).Expect(HttpStatusCode.OK);
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        (await desk.GetAsync("/api/v1/cases?open=true")).Expect(HttpStatusCode.OK);

        Assert.Equal(["Changed", "Opened", "Listed"], await portal.Database.ReadAllAsync<string>(
            "SELECT action FROM app.audit_entry WHERE record_kind = 'case' AND $1 = ANY (record_ids) ORDER BY at", opened.Id));
    }

    [Fact]
    public async Task Case_ThatWasRefused_LeavesNoTrace()
    {
        var before = await portal.Database.ReadAsync<long>("SELECT count(*) FROM nightdesk.case_event");
        using var desk = portal.Node.Api(Association.Setagaya.Desk);

        (await desk.PostAsync("/api/v1/cases", new { association = "koto", complaint = "熱" })).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(before, await portal.Database.ReadAsync<long>("SELECT count(*) FROM nightdesk.case_event"));
    }
}
