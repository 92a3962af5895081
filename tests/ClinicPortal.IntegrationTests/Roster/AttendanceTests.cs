using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Roster;

/// <summary>勤怠: checked in and out on the phone, read and corrected by the secretariat. Each test has its own night, as some let hours pass.</summary>
public sealed class AttendanceTests : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";
    private const string Desk = "desk.localhost";

    private static readonly Guid Setagaya = StableId.Of("tenant", "setagaya");
    private static readonly Guid Doctor1 = StableId.Of("setagaya", "doctor1");

    private readonly PortalFixture portal;

    public AttendanceTests(PortalPostgres postgres) => portal = new PortalFixture(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Doctor_ChecksIn_OnceHoweverOftenPressed_AndOutAfterTheNight()
    {
        var shift = await ShiftAsync("doctor1");
        using var phone = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", Desk);
        var page = await phone.OpenAsync(portal.Node.Url("/phone", Desk));

        var presses = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => phone.PostAsync(page, $"/shifts/{shift}/check-in", n < 2 ? [] : [("idempotency-key", $"press-{n}")])));

        Assert.All(presses, press => Assert.Equal((HttpStatusCode.SeeOther, "/phone"), (press.Status, press.Location?.AbsolutePath)));
        Assert.Equal(["Doctor 1 CheckedIn 2026-11-22 12:00:00+00 "], await HistoryAsync(shift));
        var working = await phone.OpenAsync(portal.Node.Url("/phone", Desk));
        Assert.Contains("勤務中", working.Document.QuerySelector(".duty")!.TextContent, StringComparison.Ordinal);

        portal.Clock.Now = new DateTimeOffset(2026, 11, 23, 9, 5, 30, TimeSpan.FromHours(9));
        using var morning = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", Desk);
        var over = await morning.OpenAsync(portal.Node.Url("/phone", Desk));
        Assert.Equal(HttpStatusCode.SeeOther, (await morning.PostAsync(over, $"/shifts/{shift}/check-out", ("break", "45"))).Status);

        Assert.Equal(["Doctor 1 CheckedIn 2026-11-22 12:00:00+00 ", "Doctor 2 CheckedOut 2026-11-22 12:00:00+00 2026-11-23 00:05:00+00"], await HistoryAsync(shift));
        var worked = Assert.Single(await WorkedAsync(new DateOnly(2026, 11, 22), new DateOnly(2026, 11, 22)), one => one.ShiftId.Value == shift);
        Assert.Equal(
            (Doctor1, DutyRole.Doctor, "世田谷1号車", 45, 2u, portal.Clock.Now.AddSeconds(-30)),
            (worked.PersonId.Value, worked.Role, worked.UnitName, worked.BreakMinutes, worked.Revision, worked.CheckedOutAt!.Value));
        var own = await morning.OpenAsync(portal.Node.Url("/my-attendance", Desk));
        Assert.Contains("11時間20分", own.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SomebodyElsesShift_AndOneThatIsFar_AreNotCheckedInto()
    {
        var (own, other) = (await ShiftAsync("doctor1"), await ShiftAsync("doctor2"));
        var tomorrow = await portal.Database.ReadAsync<Guid>("SELECT id FROM roster.shift WHERE doctor_account_id = $1 AND starts_at > '2026-11-23 12:00Z' ORDER BY starts_at LIMIT 1", Doctor1);
        using var phone = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", Desk);
        var page = await phone.OpenAsync(portal.Node.Url("/my-attendance", Desk));

        foreach (var (shift, status) in new[] { (other, HttpStatusCode.NotFound), (Guid.NewGuid(), HttpStatusCode.NotFound), (tomorrow, HttpStatusCode.UnprocessableEntity) })
        {
            var form = page.Form($"/shifts/{own}/check-in");
            var sent = await phone.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/shifts/{shift}/check-in", Desk)) { Content = new FormUrlEncodedContent(form) });
            Assert.Equal(status, sent.Status);
        }

        Assert.Equal(0L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM roster.attendance WHERE checked_in_at > '2026-11-22 06:00Z'"));
    }

    [Fact]
    public async Task ForgottenCheckOut_IsShownToBoth_CorrectedWithAReason_AndWhatWasNotedStays()
    {
        var shift = await ShiftAsync("driver1", "driver");
        using (var driver = await Browser.SignInAsync(portal.Node, "driver1@setagaya.example", Desk))
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await driver.PostAsync(await driver.OpenAsync(portal.Node.Url("/phone", Desk)), $"/shifts/{shift}/check-in")).Status);
        }
        portal.Clock.Now = new DateTimeOffset(2026, 11, 23, 15, 30, 0, TimeSpan.FromHours(9));

        using var later = await Browser.SignInAsync(portal.Node, "driver1@setagaya.example", Desk);
        var own = await later.OpenAsync(portal.Node.Url("/my-attendance", Desk));
        Assert.Contains("退勤の打刻がありません", own.Document.QuerySelector(".duty")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(own.Document.QuerySelectorAll($"form[action='/shifts/{shift}/check-out']"));

        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var list = await secretariat.OpenAsync(portal.Node.Url("/attendance?month=2026-11&role=Driver&state=Open", Host));
        var attendance = await portal.Database.ReadAsync<Guid>("SELECT id FROM roster.attendance WHERE shift_id = $1", shift);
        Assert.NotNull(list.Document.QuerySelector($"tbody a[href='/attendance/{attendance}']"));

        var page = await secretariat.OpenAsync(portal.Node.Url($"/attendance/{attendance}", Host));
        (string, string)[] right = [("inDay", "2026-11-22"), ("inTime", "21:00"), ("outDay", "2026-11-23"), ("outTime", "09:10"), ("break", "60")];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, $"/attendance/{attendance}", right)).Status);
        page = await secretariat.OpenAsync(portal.Node.Url($"/attendance/{attendance}", Host));
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(page, $"/attendance/{attendance}", [.. right, ("reason", "打刻忘れ。本人に確認")])).Status);
        // Somebody who had the page open from before sees that it has changed.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, $"/attendance/{attendance}", [.. right, ("reason", "もう一度"), ("idempotency-key", "again")])).Status);

        Assert.Equal(["Driver 1 CheckedIn 2026-11-22 12:00:00+00 ", "Driver 2 Corrected 2026-11-22 12:00:00+00 2026-11-23 00:10:00+00"], await HistoryAsync(shift));
        own = await later.OpenAsync(portal.Node.Url("/my-attendance", Desk));
        Assert.Contains("打刻忘れ。本人に確認", own.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("11時間10分", own.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoDidNotCheckIn_IsListed_AndEntered_ButNotTwice()
    {
        var shift = await ShiftAsync("doctor2");
        portal.Clock.Now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.FromHours(9));
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var path = $"/attendance/shifts/{shift}?role=Doctor";
        var list = await secretariat.OpenAsync(portal.Node.Url("/attendance?month=2026-11&state=Missing", Host));
        Assert.NotNull(list.Document.QuerySelector($"tbody a[href='{path}']"));

        var page = await secretariat.OpenAsync(portal.Node.Url(path, Host));
        (string, string)[] planned = [("inDay", "2026-11-22"), ("inTime", "18:00"), ("outDay", "2026-11-23"), ("outTime", "09:00"), ("break", "0")];
        var entered = await secretariat.PostAsync(page, $"/attendance/shifts/{shift}", [.. planned, ("reason", "端末の故障")]);
        var again = await secretariat.PostAsync(page, $"/attendance/shifts/{shift}", [.. planned, ("reason", "端末の故障"), ("idempotency-key", "again")]);

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.Redirect), (entered.Status, again.Status));
        Assert.Equal(["Doctor 1 Entered 2026-11-22 09:00:00+00 2026-11-23 00:00:00+00"], await HistoryAsync(shift));
        Assert.Single(await WorkedAsync(new DateOnly(2026, 11, 22), new DateOnly(2026, 11, 22)), one => one.ShiftId.Value == shift);

        var known = await secretariat.OpenAsync(portal.Node.Url($"/attendance/{entered.Location!.Segments[^1]}", Host));
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(known, known.Url.AbsolutePath, [.. planned, ("struck", "true"), ("reason", "欠勤でした")])).Status);
        Assert.DoesNotContain(await WorkedAsync(new DateOnly(2026, 11, 22), new DateOnly(2026, 11, 22)), one => one.ShiftId.Value == shift);
    }

    [Fact]
    public async Task Database_KeepsTheHistory_WhateverTheApplicationDoes()
    {
        await using var connection = await portal.Database.App.OpenConnectionAsync(Cancellation);
        foreach (var sql in new[]
        {
            "UPDATE roster.attendance_change SET break_minutes = 0", "DELETE FROM roster.attendance_change", "DELETE FROM roster.attendance",
            "UPDATE roster.attendance SET person_name = 'x'", "UPDATE roster.attendance SET break_minutes = break_minutes + 1",
        })
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await using (var scope = new NpgsqlCommand("SELECT set_config('app.tenants', $1, true)", connection, transaction) { Parameters = { new() { Value = $"{Setagaya}" } } })
            {
                await scope.ExecuteNonQueryAsync(Cancellation);
            }
            var refusal = await Assert.ThrowsAsync<PostgresException>(async () =>
            {
                await using var command = new NpgsqlCommand(sql, connection, transaction);
                await command.ExecuteNonQueryAsync(Cancellation);
                await transaction.CommitAsync(Cancellation);
            });
            Assert.Equal(sql.Contains("break_minutes + 1", StringComparison.Ordinal) ? "attendance_is_noted" : null, refusal.ConstraintName);
        }
    }

    [Fact]
    public async Task Demonstration_HasAMonthOfNights_OneForgottenAndOneCorrected()
    {
        var october = await WorkedAsync(new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 31));
        var november = await WorkedAsync(new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30));

        Assert.True(october.Count >= 30, $"{october.Count} in October");
        Assert.Equal([DutyRole.Doctor, DutyRole.Driver], october.Select(one => one.Role).Distinct().Order());
        Assert.All(october, one => Assert.InRange(one.PlannedFrom - one.CheckedInAt, TimeSpan.Zero, TimeSpan.FromMinutes(15)));
        Assert.Single(october.Concat(november), one => one.CheckedOutAt is null);
        Assert.Single(october.Concat(november), one => one.Revision == 3);
    }

    private async Task<Guid> ShiftAsync(string person, string role = "doctor") => await portal.Database.ReadAsync<Guid>(
        $"SELECT id FROM roster.shift WHERE {role}_account_id = $1 AND starts_at <= $2 AND ends_at > $2", StableId.Of("setagaya", person), NightClock.Start.ToUniversalTime());

    private Task<IReadOnlyList<string>> HistoryAsync(Guid shift) => portal.Database.ReadAllAsync<string>("""
        SELECT concat_ws(' ', a.role, c.revision, c.kind, to_char(c.checked_in_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"+00"'),
          coalesce(to_char(c.checked_out_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"+00"'), ''))
        FROM roster.attendance a JOIN roster.attendance_change c ON c.attendance_id = a.id WHERE a.shift_id = $1 ORDER BY c.revision
        """, shift);

    private async Task<IReadOnlyList<WorkedShift>> WorkedAsync(DateOnly first, DateOnly last)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(Setagaya)], Cancellation);
        return await scope.ServiceProvider.GetRequiredService<IWorkedShifts>().StartedInAsync(new TenantId(Setagaya), first, last, Cancellation);
    }
}
