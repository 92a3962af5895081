using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Roster;

public sealed class RosterTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-11-22T21:00:00+09:00")]
    [InlineData("2026-11-24T12:00:00+09:00")]
    [InlineData("2026-12-20T09:00:00+09:00")]
    public async Task Demonstration_HasUnitsOnDutyAtAnyHour(string at)
    {
        var units = await OnDutyAsync("setagaya", DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(["世田谷1号車", "世田谷2号車"], units.Select(unit => unit.UnitName));
        Assert.Equal([PerformsAs.PrimaryClinic, PerformsAs.Partner], units.Select(unit => unit.PerformsAs));
        Assert.Equal([null, "世田谷区医師会診療所"], units.Select(unit => unit.PartnerName));
    }

    [Fact]
    public async Task Doctor_IsInOneShiftAtATime_AcrossAssociations()
    {
        const string Copy = """
            INSERT INTO roster.shift (tenant_id, id, unit_id, starts_at, ends_at, doctor_account_id, doctor_name, employer_name, employer_code, performs_as)
            SELECT $2, gen_random_uuid(), $3, s.starts_at + interval '8 hours', s.ends_at + interval '8 hours', s.doctor_account_id, s.doctor_name,
              s.employer_name, s.employer_code, 'PrimaryClinic'
            FROM roster.shift s WHERE s.tenant_id = $1 ORDER BY s.starts_at LIMIT 1
            """;

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => portal.Database.ExecuteAsync(
            Copy, StableId.Of("tenant", "setagaya"), StableId.Of("tenant", "koto"), StableId.Of("koto", "unit1")));

        Assert.Equal("shift_doctor_once", refusal.ConstraintName);
    }

    [Fact]
    public async Task Page_IsTheSecretariats()
    {
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", "setagaya.localhost");
        var page = await secretariat.OpenAsync(portal.Node.Url("/roster", "setagaya.localhost"));
        Assert.Contains("11月22日(日)", page.Document.QuerySelector("main tbody .row-group")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("福田 浩二", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("今日", page.Document.QuerySelector("main tbody .row-group")!.TextContent, StringComparison.Ordinal);

        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.OpenAsync(portal.Node.Url("/roster", "setagaya.localhost"))).Status);
    }

    private async Task<IReadOnlyList<UnitOnDuty>> OnDutyAsync(string association, DateTimeOffset at)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(StableId.Of("tenant", association))], Cancellation);
        return await scope.ServiceProvider.GetRequiredService<IRoster>().OnDutyAsync(at, Cancellation);
    }
}
