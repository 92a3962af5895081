using System.IO.Compression;
using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

public sealed class GuidedOpeningTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TenantDirectory Directory => portal.Node.Services.GetRequiredService<TenantDirectory>();

    [Fact]
    public async Task EveryPage_ThenTheOpening_MakesAnAssociationThatAnswers()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.WriteAllAsync("shinagawa");
        var overview = await guide.OpenAsync(GuidedOpening.Path("shinagawa"));
        Assert.Contains("18:30–08:30", overview.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("¥3,100", overview.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, overview.Document.QuerySelectorAll(".area-block").Length);
        await Directory.LoadAsync(Cancellation);
        Assert.Null(Directory.ByIdentifier("shinagawa"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.OpenAssociationAsync("shinagawa", "yes")).Status);
        GuidedOpening.Saved(await guide.OpenAssociationAsync("shinagawa", "shinagawa"));

        await Directory.LoadAsync(Cancellation);
        var opened = Assert.IsType<TenantInfo>(Directory.ByIdentifier("shinagawa"));
        Assert.Equal((new TimeOnly(18, 30), 3100, "#b10e1c", 2), (
            opened.Settings.OutOfHours.WeekdayNight.From, opened.Document.Prices.Versions[0].Plans[0].Call, opened.Settings.Accent, opened.Settings.OutOfHours.ClosedDays.Count));
        Assert.Equal(
            new InvoicingSettings { ClosingDay = 20, DueMonthsAfter = 1, DueDay = 31, OnBankHoliday = BankHolidayRule.Previous, TaxRounding = TaxRounding.Half, YearBegins = 1 },
            opened.Settings.Invoicing);
        Assert.Equal(("品川 1号車", "050-5555-0311"), (opened.Settings.PhoneNumbers.DutyPhones[0].Label, opened.Settings.PhoneNumbers.DutyPhones[0].Number));
        // Who answers first is in the settings; scope over the patients comes with the signed agreement alone.
        Assert.DoesNotContain(Directory.Desks.Single().TenantsAt(portal.Clock.Now), t => t.Value == opened.Id);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.ForgeAsync($"{GuidedOpening.Path("shinagawa")}/restore", ("version", "8"), ("restore", "1"))).Status);
    }

    [Theory]
    [InlineData("names", "casePrefix", "sn", "英大文字")]
    [InlineData("names", "associationClinic.institutionCode", "1319900014", "検査数字")]
    [InlineData("names", "name.ja", "", "必要")]
    [InlineData("hours", "outOfHours.closedDays", "12-29 13-03", "月日")]
    [InlineData("hours", "outOfHours.weekdayNight.to", "22:00", "翌朝")]
    [InlineData("hours", "targets.answerSeconds", "soon", "整数")]
    [InlineData("prices", "versions[0].plans[0].monthlyBase", "100 140,000\n30 50,000", "大きく")]
    [InlineData("prices", "versions[0].plans[0].call", "-1", "から")]
    [InlineData("issuer", "invoiceIssuer.registrationNumber", "T6999999900012", "登録番号ではありません")]
    [InlineData("issuer", "invoiceIssuer.bankAccount.number", "12", "7 桁")]
    [InlineData("issuer", "invoicing.closingDay", "32", "から")]
    public async Task Page_WithAMistake_SaysSoBesideTheFieldAndKeepsWhatWasTyped(string step, string field, string typed, string message)
    {
        var identifier = $"m{Guid.NewGuid():N}"[..12];
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.RegisterAsync(identifier);
        var fields = step switch { "names" => GuidedOpening.Names, "hours" => GuidedOpening.Hours, "prices" => GuidedOpening.Prices, _ => GuidedOpening.Issuer };

        var refused = await guide.SaveAsync(identifier, step, [.. fields.Select(f => f.Item1 == field ? (field, typed) : f)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(message, refused.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(refused.Refusal is { } summary && summary.Contains(message, StringComparison.Ordinal) ? summary : null);
        Assert.Contains(refused.Document.All, e => e.GetAttribute("name") == field);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings WHERE tenant_id = $1", GuidedOpening.IdOf(identifier)));
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("desk")]
    [InlineData("koto")]
    [InlineData("Shin agawa")]
    [InlineData("xn--y")]
    [InlineData("")]
    public async Task Name_ThatIsReservedOrTakenOrNone_IsRefused(string identifier)
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.RegisterAsync(identifier)).Status);
    }

    [Fact]
    public async Task SameName_RegisteredTwiceAtOnce_IsRegisteredOnce()
    {
        using var one = await GuidedOpening.SignInAsync(portal.Node);
        using var other = await GuidedOpening.SignInAsync(portal.Node);

        var answers = await Task.WhenAll(one.RegisterAsync("meguro"), other.RegisterAsync("meguro"));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.UnprocessableEntity], answers.Select(a => a.Status).Order());
    }

    [Fact]
    public async Task TwoOperators_OnTheSamePage_TheLoserSeesWhatChangedAndLosesNothing()
    {
        using var one = await GuidedOpening.SignInAsync(portal.Node);
        using var other = await GuidedOpening.SignInAsync(portal.Node);
        await one.RegisterAsync("ota");
        GuidedOpening.Saved(await one.SaveAsync("ota", "names", GuidedOpening.Names));
        var opened = await other.OpenAsync(GuidedOpening.Path("ota", "issuer"));
        GuidedOpening.Saved(await one.SaveAsync("ota", "look", ("accent", "#123456")));

        var refused = await other.SendAsync(opened, "ota", "issuer", GuidedOpening.Issuer);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("#123456", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("シナガワクイシカイ", refused.Document.Body!.InnerHtml, StringComparison.Ordinal);
        Assert.Equal(2, await VersionsAsync("ota"));
        GuidedOpening.Saved(await other.SendAsync(refused, "ota", "issuer", GuidedOpening.Issuer));
        Assert.Equal(3, await VersionsAsync("ota"));
    }

    [Fact]
    public async Task Draft_RestoredToAnEarlierVersion_HasItsValuesAgain()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.RegisterAsync("nakano");
        await guide.SaveAsync("nakano", "look", ("accent", "#111111"));
        await guide.SaveAsync("nakano", "look", ("accent", "#222222"));

        GuidedOpening.Saved(await guide.RestoreAsync("nakano", 1));

        Assert.Equal("#111111", await portal.Database.ReadAsync<string>(
            "SELECT settings->'settings'->>'accent' FROM app.tenant_settings WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1", GuidedOpening.IdOf("nakano")));
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"https://evil.example/x\"/></svg>")]
    public async Task Logo_ThatIsMoreThanADrawing_IsRefusedAndNeverServed(string logo)
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        var identifier = $"l{Guid.NewGuid():N}"[..12];
        await guide.RegisterAsync(identifier);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.UploadAsync(identifier, "look", "logo", logo, ("accent", "#111111"))).Status);

        Assert.DoesNotContain("evil", (await guide.OpenAsync($"{GuidedOpening.Path(identifier)}/logo.svg")).Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Areas_WithMistakes_AreNotTakenOverAtAll()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.RegisterAsync("suginami");

        var refused = await guide.UploadAsync("suginami", "areas", "areas", GuidedOpening.Areas + "13109-0003,品川区大崎三丁目,35,139\n13109-001,,35,139\n");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("4 行目", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("5 行目", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await VersionsAsync("suginami"));
    }

    [Fact]
    public async Task OpenAssociation_Changed_TakesEffectWhenItsTimeComes_AndTheFilesAreRefusedUntilExported()
    {
        var import = portal.Node.Services.GetRequiredService<TenantImport>();
        var koto = TenantFolder.Load(portal.Node.Services.GetRequiredService<TenantFiles>().Root).Tenants.Single(t => t.Settings.Identifier == "koto");
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        Assert.Equal(ImportOutcome.Unchanged, await ApplyAsync(import, koto, await ExportAsync("koto")));

        GuidedOpening.Saved(await guide.SaveAsync("koto", "look", ("accent", "#333333"), ("startsOn", "2026-11-25")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.SaveAsync("koto", "look", ("accent", "#444444"), ("startsOn", "2026-11-24"))).Status);

        await Directory.LoadAsync(Cancellation);
        Assert.NotEqual("#333333", Directory.ByIdentifier("koto")!.Settings.Accent);
        portal.Clock.Advance(TimeSpan.FromDays(3));
        await Directory.LoadAsync(Cancellation);
        Assert.Equal("#333333", Directory.ByIdentifier("koto")!.Settings.Accent);
        Assert.Equal(ImportOutcome.Refused, await ApplyAsync(import, koto, koto.Document));
        Assert.Equal(ImportOutcome.Unchanged, await ApplyAsync(import, koto, await ExportAsync("koto")));
        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT count(*) = 1 FROM app.audit_entry WHERE tenant_id = $1 AND record_kind = 'association-settings' AND role = 'platform-operator'", GuidedOpening.IdOf("koto")));
    }

    [Fact]
    public async Task Association_ThatNobodyHas_IsNotFound()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);

        foreach (var path in new[] { "", "/names", "/settings.zip", "/logo.svg", "/nonsense" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await guide.OpenAsync($"/associations/{Guid.NewGuid()}{path}")).Status);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await guide.OpenAsync(GuidedOpening.Path("koto", "nonsense"))).Status);
    }

    private Task<long> VersionsAsync(string identifier) =>
        portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings WHERE tenant_id = $1", GuidedOpening.IdOf(identifier));

    private static async Task<ImportOutcome> ApplyAsync(TenantImport import, TenantDefinition definition, TenantDocument document) => Assert.Single(await import.RunAsync(
        [], [definition with { Settings = document.Settings, Prices = document.Prices, Areas = document.Areas, Logo = document.Logo!, Terms = document.Terms }], apply: true, Cancellation)).Outcome;

    /// <summary>The exported folder, read as a folder of <c>tenants/</c>.</summary>
    private async Task<TenantDocument> ExportAsync(string identifier)
    {
        using var operatorsBrowser = await Browser.SignInAsync(portal.Node, "platform@desk.example", GuidedOpening.Host);
        using var client = portal.Node.Client(GuidedOpening.Host);
        client.DefaultRequestHeaders.Add("Cookie", $"__Host-session={operatorsBrowser.Cookie(GuidedOpening.Host, "__Host-session")}");
        var folder = System.IO.Directory.CreateTempSubdirectory("exported-");
        using var zip = new ZipArchive(new MemoryStream(await client.GetByteArrayAsync($"{GuidedOpening.Path(identifier)}/settings.zip", Cancellation)));
        zip.ExtractToDirectory(folder.FullName);
        // The desk that the settings name, which stands in a folder of its own.
        System.IO.Directory.CreateDirectory(Path.Combine(folder.FullName, "desk"));
        File.Copy(Path.Combine(portal.Node.Services.GetRequiredService<TenantFiles>().Root, "desk", "desk.yaml"), Path.Combine(folder.FullName, "desk", "desk.yaml"));
        File.Copy(Path.Combine(portal.Node.Services.GetRequiredService<TenantFiles>().Root, "desk", "logo.svg"), Path.Combine(folder.FullName, "desk", "logo.svg"));
        var loaded = TenantFolder.Load(folder.FullName);
        folder.Delete(recursive: true);
        Assert.Empty(loaded.Refused.SelectMany(r => r.Problems));
        return Assert.Single(loaded.Tenants).Document;
    }
}
