using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>A clinic whose preparation stands still is reminded after 3, 7 and 14 days, and by the secretariat's button.</summary>
public sealed class ReminderTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    [Fact]
    public async Task ClinicThatStandsStill_IsRemindedAfterThreeSevenAndFourteenDays_AndItsContactAlone()
    {
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);
        var added = await secretariat.PostAsync(await secretariat.GetAsync(Url("/members/new")), "/members/new",
            ("name", "待機医院"), ("kana", "タイキイイン"), ("code", Codes.Of(900001)), ("support", "None"), ("address", "世田谷区経堂1-38-2"), ("phone", "03-5555-0900"),
            ("contactName", "待機 一郎"), ("contactEmail", "waiting@clinic.example"));
        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        var sent = new List<int>();
        try
        {
            for (var day = 1; day <= 16; day++)
            {
                portal.Clock.Now = NightClock.Start.AddDays(day);
                var before = await SentAsync();
                await DoWorkAsync();
                if (await SentAsync() > before)
                {
                    sent.Add(day);
                }
            }
        }
        finally
        {
            portal.Clock.Now = NightClock.Start;
        }

        Assert.Equal([3, 7, 14], sent);
        Assert.Equal(3, await SentAsync());
        Assert.Equal(14, await portal.Database.ReadAsync<int>("SELECT reminded_after_days FROM associations.onboarding_watch w JOIN associations.member_clinic c ON c.id = w.clinic_id WHERE c.name = '待機医院'"));
    }

    [Fact]
    public async Task Reminder_AskedForTwiceADay_IsSentOnce_AndNotWithoutAnAddress()
    {
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@tamagawa.example", "tamagawa.localhost");
        var clinic = await portal.Database.ReadAsync<Guid>("SELECT c.id FROM associations.member_clinic c JOIN app.tenant t ON t.id = c.tenant_id WHERE t.identifier = 'tamagawa' ORDER BY c.id LIMIT 1");
        var (page, action) = (portal.Node.Url($"/members/{clinic}", "tamagawa.localhost"), $"/members/{clinic}/remind");
        var refused = await secretariat.PostAsync(await secretariat.GetAsync(page), action);
        Assert.Contains("メールアドレス", refused.Refusal, StringComparison.Ordinal);
        await portal.Database.ExecuteAsync("UPDATE associations.member_clinic SET contact_name = '担当', contact_email = 'contact@clinic.example' WHERE id = $1", clinic);

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(await secretariat.GetAsync(page), action)).Status);
        }

        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.work_item WHERE kind = 'associations.remind-clinic' AND payload->>'Clinic' = $1", $"{clinic}"));
    }

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);

    /// <summary>Reminders of the association's clinic, each its own piece of work.</summary>
    private Task<long> SentAsync() => portal.Database.ReadAsync<long>("""
        SELECT count(*) FROM app.work_item w JOIN app.tenant t ON t.id = w.tenant_id WHERE t.identifier = 'setagaya' AND w.kind = 'associations.remind-clinic' AND w.done_at IS NOT NULL
        """);

    private async Task DoWorkAsync()
    {
        var runner = portal.Node.Services.GetRequiredService<WorkRunner>();
        while (await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= $1 AND kind LIKE 'associations.%')", portal.Clock.Now))
        {
            await runner.RunNextAsync(TestContext.Current.CancellationToken);
        }
    }
}
