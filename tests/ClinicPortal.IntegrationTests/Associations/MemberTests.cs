using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>The secretariat admits a clinic by form, and keeps what is known of it up to date.</summary>
public sealed class MemberTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    private static readonly (string, string)[] Complete =
    [
        ("name", "新町みどり在宅クリニック"), ("kana", "しんまちみどりざいたくくりにっく"), ("code", Codes.Of(700001)), ("support", "EnhancedLinked"),
        ("group", "新町グループ"), ("situation", "AloneOnCall"), ("address", "世田谷区経堂1-38-2"), ("phone", "0355559876"), ("fax", "03-5555-9877"),
        ("hours", "月〜金 9:00〜12:30\n土 9:00-12:00"), ("doctors", "試験 一郎\n試験 二子"), ("contactName", "試験 一郎"), ("contactEmail", "first@new.example"),
    ];

    [Fact]
    public async Task Clinic_AddedByForm_IsAMemberWithAHistory()
    {
        using var browser = await SecretariatAsync();

        var added = await browser.PostAsync(await browser.GetAsync(Url("/members/new")), "/members/new", Complete);

        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        var page = await browser.OpenAsync(added.Location!);
        Assert.Contains("シンマチミドリザイタククリニック", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("入会", page.Document.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal("13112-110 03-5555-9876 35.649463 5 2", await portal.Database.ReadAsync<string>("""
            SELECT concat_ws(' ', town_block, phone, round(latitude::numeric, 6), jsonb_array_length(posted_hours->0->'days'),
              (SELECT count(*) FROM associations.physician WHERE clinic_id = c.id)) FROM associations.member_clinic c WHERE institution_code = $1
            """, Codes.Of(700001)));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("""
            SELECT count(*) FROM app.audit_entry a JOIN associations.member_clinic c ON c.id = ANY (a.record_ids)
            WHERE a.action = 'Changed' AND a.record_kind = 'member-clinic' AND c.institution_code = $1
            """, Codes.Of(700001)));
    }

    [Fact]
    public async Task ContactOfANewClinic_IsInvitedOnceAsItsFirstAdministrator()
    {
        using var browser = await SecretariatAsync();
        (string, string)[] fields = [.. Complete, ("code", Codes.Of(700005)), ("contactEmail", "opens@new.example")];
        var added = await browser.PostAsync(await browser.GetAsync(Url("/members/new")), "/members/new", fields);
        portal.Clock.Advance(TimeSpan.FromSeconds(2));

        var mail = await portal.Database.Mails.LastToAsync("opens@new.example");

        Assert.StartsWith("/invitation/", SentMails.LinkIn(mail).AbsolutePath, StringComparison.Ordinal);
        var edit = added.Location!.AbsolutePath + "/edit";
        await browser.PostAsync(await browser.GetAsync(Url(edit)), edit, [.. fields, ("contactEmail", "other@new.example")]);
        portal.Clock.Advance(TimeSpan.FromSeconds(2));
        await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(TestContext.Current.CancellationToken);
        Assert.Equal("opens@new.example t clinic-staff", await portal.Database.ReadAsync<string>("""
            SELECT string_agg(concat_ws(' ', i.email, i.administrator, i.role), ', ') FROM identity.invitation i
            JOIN associations.member_clinic c ON c.id = i.organisation_id WHERE c.institution_code = $1
            """, Codes.Of(700005)));
    }

    [Theory]
    [InlineData("code", "1319901079", "検査用")]
    [InlineData("code", "1319901078", "すでに登録")]
    [InlineData("kana", "漢字", "かな")]
    [InlineData("address", "大阪市北区梅田1-1", "町丁目")]
    [InlineData("hours", "まいにち", "標榜時間として読めません")]
    [InlineData("hours", "月 12:30-9:00", "標榜時間として読めません")]
    [InlineData("group", "", "連携グループの名前")]
    [InlineData("phone", "999", "電話番号")]
    [InlineData("name", "=HYPERLINK(\"https://evil.example\")", "先頭に")]
    [InlineData("contactEmail", "a@b.example, c@d.example", "メールアドレスを1つ")]
    [InlineData("contactEmail", "a@b.example\r\nBcc: c@d.example", "メールアドレスを1つ")]
    [InlineData("latitude", "34.7", "両方")]
    public async Task Mistake_IsSaidBesideItsField(string field, string value, string said)
    {
        using var browser = await SecretariatAsync();

        var refused = await browser.PostAsync(
            await browser.GetAsync(Url("/members/new")), "/members/new", [.. Complete, ("code", Codes.Of(700002)), (field, value)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(said, string.Concat(refused.Document.QuerySelectorAll(".field-message").Select(m => m.TextContent)), StringComparison.Ordinal);
        Assert.Contains("試験 二子", refused.Document.QuerySelector("textarea[name=doctors]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(Codes.Of(700002)));
    }

    [Fact]
    public async Task Coordinates_OfAnotherTown_AreRefused()
    {
        using var browser = await SecretariatAsync();

        var refused = await browser.PostAsync(await browser.GetAsync(Url("/members/new")), "/members/new",
            [.. Complete, ("code", Codes.Of(700003)), ("latitude", "34.70"), ("longitude", "135.50")]);

        Assert.Contains("離れています", string.Concat(refused.Document.QuerySelectorAll(".field-message").Select(m => m.TextContent)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkedGroup_TakesNineInstitutionsAndNotATenth()
    {
        using var browser = await SecretariatAsync();
        for (var i = 0; i < 9; i++)
        {
            await browser.PostAsync(await browser.GetAsync(Url("/members/new")), "/members/new", [.. Complete, ("code", Codes.Of(710000 + i)), ("group", "満員の組")]);
        }

        var tenth = await browser.PostAsync(await browser.GetAsync(Url("/members/new")), "/members/new", [.. Complete, ("code", Codes.Of(710009)), ("group", "満員の組")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, tenth.Status);
        Assert.Equal(9, await portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.member_clinic WHERE linked_group = '満員の組'"));
    }

    [Fact]
    public async Task Form_SentTwice_AddsOneClinic_AndOfTwoEditorsTheSecondIsTold()
    {
        using var browser = await SecretariatAsync();
        var form = await browser.GetAsync(Url("/members/new"));
        (string, string)[] fields = [.. Complete, ("code", Codes.Of(700004))];
        var first = await browser.PostAsync(form, "/members/new", fields);
        var again = await browser.PostAsync(form, "/members/new", fields);
        Assert.Equal(first.Location, again.Location);

        var edit = first.Location!.AbsolutePath + "/edit";
        var one = await browser.GetAsync(Url(edit));
        var other = await browser.GetAsync(Url(edit));
        await browser.PostAsync(one, edit, [.. fields, ("name", "先に直した医院")]);
        var late = await browser.PostAsync(other, edit, [.. fields, ("name", "後から直した医院")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("ほかの人", late.Refusal, StringComparison.Ordinal);
        Assert.Equal("先に直した医院", await portal.Database.ReadAsync<string>("SELECT name FROM associations.member_clinic WHERE institution_code = $1", Codes.Of(700004)));
    }

    [Fact]
    public async Task ClinicOfAnotherAssociation_AnswersAsOneThatDoesNotExist()
    {
        using var browser = await SecretariatAsync();
        var foreign = await portal.Database.ReadAsync<Guid>(
            "SELECT c.id FROM associations.member_clinic c JOIN app.tenant t ON t.id = c.tenant_id WHERE t.identifier = 'tamagawa' LIMIT 1");

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Url($"/members/{foreign}"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Url($"/members/{foreign}/edit"))).Status);
        var own = await browser.GetAsync(Url("/members/new"));
        var form = own.Form("/members/new");
        var sent = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url($"/members/{foreign}/edit")) { Content = new FormUrlEncodedContent(form) });
        Assert.Equal(HttpStatusCode.NotFound, sent.Status);
    }

    private Task<Browser> SecretariatAsync() => Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);

    private Task<long> CountAsync(string code) =>
        portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.member_clinic WHERE institution_code = $1", code);
}
