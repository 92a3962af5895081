using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>A clinic gets itself ready, step by step; what the data can tell nobody ticks.</summary>
public sealed class ChecklistTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Desk = "desk.localhost";

    [Fact]
    public async Task Institution_IsDoneOnceItIsComplete_AndTheClinicDoesNotChangeItsCode()
    {
        using var browser = await ClinicAsync(1);
        Assert.Contains("支援を必要とする状況を登録", await StepAsync(browser, "医療機関の情報"), StringComparison.Ordinal);
        var form = await browser.GetAsync(Url("/onboarding/institution"));

        var saved = await browser.PostAsync(form, "/onboarding/institution",
            ("name", "経堂こもれび在宅クリニック"), ("kana", "キョウドウコモレビ"), ("code", Codes.Of(800001)), ("support", "Support"), ("situation", "AloneOnCall"),
            ("address", "世田谷区経堂一丁目38-19"), ("phone", "03-5555-9990"), ("hours", "月火水 9:00-12:30"), ("doctors", "吉川 健一"));

        Assert.Equal("/onboarding", saved.Location?.AbsolutePath);
        Assert.Contains("完了", await StepAsync(browser, "医療機関の情報"), StringComparison.Ordinal);
        Assert.Equal("1319901078", await portal.Database.ReadAsync<string>("SELECT institution_code FROM associations.member_clinic WHERE id = $1", Clinic(1)));
    }

    [Fact]
    public async Task Terms_AreAcceptedWithVersionPersonAndTime_AndANewVersionAsksAgain()
    {
        using var browser = await ClinicAsync(2);
        foreach (var document in new[] { "contract", "data-processing" })
        {
            var path = $"/onboarding/terms/{document}";
            var page = await browser.GetAsync(Url(path));
            var unread = await browser.PostAsync(page, path);
            Assert.Contains("チェック", string.Concat(unread.Document.QuerySelectorAll(".field-message").Select(m => m.TextContent)), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(await browser.GetAsync(Url(path)), path, ("accepted", "true"))).Status);
        }
        Assert.Contains("2件中2件に同意済み(11月22日(日) 21:00", await StepAsync(browser, "契約と個人情報"), StringComparison.Ordinal);
        var earlier = await browser.GetAsync(Url("/onboarding/terms/contract"));
        Assert.Equal(2, await portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.terms_acceptance WHERE clinic_id = $1 AND version = '2026-04'", Clinic(2)));

        await PublishNewContractAsync();

        Assert.Contains("2件中1件", await StepAsync(browser, "契約と個人情報"), StringComparison.Ordinal);
        var renewed = await browser.GetAsync(Url("/onboarding/terms/contract"));
        Assert.Contains("新しい版", renewed.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(earlier.Document.QuerySelector("form[action='/onboarding/terms/contract']"));
    }

    [Fact]
    public async Task Terms_OtherThanThoseInForce_AreNotAccepted_NorByWhoIsNoAdministrator_AndNoRowIsEverChanged()
    {
        using var administrator = await ClinicAsync(3);
        using var nurse = await Browser.SignInAsync(portal.Node, "clinic3@setagaya.example", Setagaya);
        const string path = "/onboarding/terms/data-processing";
        var page = await administrator.GetAsync(Url(path));

        var stale = await administrator.PostAsync(page, path, ("sha256", new string('0', 64)), ("accepted", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stale.Status);
        Assert.Contains("新しい版", stale.Refusal, StringComparison.Ordinal);
        var form = page.Form(path).Where(field => field.Key != "__RequestVerificationToken").Append(new("accepted", "true"))
            .Append(new("__RequestVerificationToken", (await nurse.GetAsync(Url("/onboarding"))).Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!));
        var sent = await nurse.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = new FormUrlEncodedContent(form) });
        Assert.Equal(HttpStatusCode.Forbidden, sent.Status);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.terms_acceptance WHERE clinic_id = $1", Clinic(3)));
        foreach (var table in new[] { "terms_acceptance", "membership_change", "step_waiver" })
        {
            await using var command = portal.Database.App.CreateCommand($"UPDATE associations.{table} SET by_name = 'x'");
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    [Fact]
    public async Task TestCall_IsSeenByTheDesk_AndConfirmedOnceWithTimeAndPerson()
    {
        using var clinic = await ClinicAsync(4);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);
        using var one = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        using var other = await Browser.SignInAsync(portal.Node, "operator2@desk.example", Desk);
        var checklist = await clinic.GetAsync(Url("/onboarding"));
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(checklist, "/onboarding/test-call")).Status);
        var impatient = await clinic.PostAsync(checklist, "/onboarding/test-call", ("idempotency-key", Guid.NewGuid().ToString("N")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, impatient.Status);
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM associations.test_call WHERE clinic_id = $1", Clinic(4));
        var (first, second) = (await one.GetAsync(portal.Node.Url("/test-calls", Desk)), await other.GetAsync(portal.Node.Url("/test-calls", Desk)));

        Assert.Equal(HttpStatusCode.NotFound, (await SendAnsweredAsync(secretariat, await secretariat.GetAsync(Url("/members/new")), Url($"/test-calls/{id}"))).Status);
        var confirmed = await one.PostAsync(first, $"/test-calls/{id}", ("answered", "yes"));
        var late = await other.PostAsync(second, $"/test-calls/{id}", ("answered", "no"));

        Assert.Equal(HttpStatusCode.SeeOther, confirmed.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("での通話を確認(11月22日(日) 21:00", await StepAsync(clinic, "テスト受電"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cover_ChosenTwiceAtOnce_BeginsOnce_WithAPlanOfThePriceList()
    {
        await portal.Database.ExecuteAsync("DELETE FROM coverage.cover_subscription WHERE clinic_id = $1", Clinic(5));
        using var browser = await ClinicAsync(5);
        using var again = await ClinicAsync(5);
        (string, string)[] fields = [("plan", "standard"), ("startsOn", "2026-12-01"), ("patients", "28")];
        var page = await browser.GetAsync(Url("/onboarding/cover"));
        foreach (var (field, value, said) in new[] { ("plan", "free", "料金表にない"), ("startsOn", "2026-11-01", "今日から"), ("patients", "-1", "数字で") })
        {
            var refused = await browser.PostAsync(page, "/onboarding/cover", [.. fields, (field, value), ("idempotency-key", Guid.NewGuid().ToString("N"))]);
            Assert.Contains(said, string.Concat(refused.Document.QuerySelectorAll(".field-message").Select(m => m.TextContent)), StringComparison.Ordinal);
        }
        var other = await again.GetAsync(Url("/onboarding/cover"));

        var answers = await Task.WhenAll(browser.PostAsync(page, "/onboarding/cover", fields), again.PostAsync(other, "/onboarding/cover", fields));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.UnprocessableEntity], answers.Select(a => a.Status).Order());
        Assert.Contains("夜間休日バックアップ 2026年12月1日(火)から", await StepAsync(browser, "夜間休日の契約"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payment_SaysToWhomInvoicesGo_AndMistakesStandBesideTheirFields()
    {
        using var browser = await ClinicAsync(6);
        var page = await browser.GetAsync(Url("/onboarding/payment"));

        var refused = await browser.PostAsync(page, "/onboarding/payment", ("recipient", ""), ("postalCode", "15"), ("address", "住所"));
        Assert.Equal(3, refused.Document.QuerySelectorAll("main .field-message").Length);
        await browser.PostAsync(refused, "/onboarding/payment", ("recipient", "医療法人見本会"), ("postalCode", "１５４００１７"), ("address", "世田谷区世田谷4-99"), ("method", "BankTransfer"));

        Assert.Contains("請求先:医療法人見本会", await StepAsync(browser, "請求先"), StringComparison.Ordinal);
        Assert.Equal("154-0017", await portal.Database.ReadAsync<string>("SELECT payment->>'postalCode' FROM associations.member_clinic WHERE id = $1", Clinic(6)));
    }

    [Fact]
    public async Task Waiver_IsForWhatOnlyTheClinicKnows_AndTheSecretariatSeesTheSameProgress()
    {
        using var browser = await ClinicAsync(7);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);
        await portal.Database.ExecuteAsync("DELETE FROM patients.patient_term t USING patients.patient p WHERE p.id = t.patient_id AND p.primary_clinic_id = $1", Clinic(7));
        await portal.Database.ExecuteAsync("DELETE FROM patients.patient WHERE primary_clinic_id = $1", Clinic(7));
        var page = await browser.GetAsync(Url("/onboarding"));

        var refused = await browser.PostAsync(page, "/onboarding/waive", ("step", "Terms"));
        await browser.PostAsync(page, "/onboarding/waive", ("step", "Patients"), ("idempotency-key", Guid.NewGuid().ToString("N")));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("不要と申告", await StepAsync(browser, "患者の登録"), StringComparison.Ordinal);
        var seen = await secretariat.GetAsync(Url($"/members/{Clinic(7)}"));
        Assert.Contains("不要と申告", seen.Document.QuerySelector(".checklist")!.TextContent, StringComparison.Ordinal);
    }

    private static Guid Clinic(int number) => StableId.Of("setagaya", $"clinic{number}");

    private Task<Browser> ClinicAsync(int number) => Browser.SignInAsync(portal.Node, $"clinic{number}.doctor@setagaya.example", Setagaya);

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);

    private async Task<string> StepAsync(Browser browser, string title) =>
        (await browser.GetAsync(Url("/onboarding"))).Document.QuerySelectorAll(".checklist > li").Single(step => step.TextContent.Contains(title, StringComparison.Ordinal)).TextContent;

    /// <summary>With the token of another page of the same session.</summary>
    private static Task<BrowserPage> SendAnsweredAsync(Browser browser, BrowserPage page, Uri to) => browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, to)
    {
        Content = new FormUrlEncodedContent(page.Form("/members/new").Append(new("answered", "yes"))),
    });

    private async Task PublishNewContractAsync()
    {
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.tenant_settings
            SELECT (jsonb_populate_record(s, jsonb_build_object('version', s.version + 1, 'applied_at', s.applied_at + interval '1 second', 'settings',
              jsonb_insert(s.settings, '{terms,0}', s.settings->'terms'->0 || '{"version": "2026-11", "effectiveFrom": "2026-11-01"}')))).*
            FROM app.tenant_settings s WHERE s.tenant_id = $1 ORDER BY version DESC LIMIT 1
            """, StableId.Of("tenant", "setagaya"));
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(TestContext.Current.CancellationToken);
    }
}
