using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>The page of the one section that an association may do without.</summary>
public sealed class GuidedOnlineConsultationTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Section = "onlineConsultation";
    private const string Questions = $"{Section}.services[0].questionnaire.questions";

    private static readonly (string, string)[] Institution =
        [($"{Section}.emergencyInstitution.ja", "品川区医師会診療所 03-5555-0319"), ($"{Section}.emergencyInstitution.en", "Shinagawa clinic 03-5555-0319")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begun_FromTheSample_Written_AndOpened_IsInForceAsWritten()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.WriteAllAsync("shinjuku");
        var off = await guide.OpenAsync(GuidedOpening.Path("shinjuku", "online"));
        Assert.Empty(off.Document.QuerySelectorAll("textarea"));
        Assert.Equal(0, await ReadAsync<long>("shinjuku", $"(settings->'settings'->>'{Section}' IS NOT NULL)::int::bigint"));

        GuidedOpening.Saved(await SendAsync(guide, "shinjuku", [.. Institution, ($"{Section}.booking.remindHoursBefore", "48、 2")]));
        await guide.OpenAssociationAsync("shinjuku", "shinjuku");

        var directory = portal.Node.Services.GetRequiredService<TenantDirectory>();
        await directory.LoadAsync(Cancellation);
        var online = directory.ByIdentifier("shinjuku")!.Settings.OnlineConsultation!;
        var sample = SettingsJson.Read<OnlineConsultationSettings>(Sample());
        Assert.Equal(("品川区医師会診療所 03-5555-0319", sample.Consent.Text.Ja), (online.EmergencyInstitution.Ja, online.Consent.Text.Ja));
        Assert.Equal([48, 2], online.Booking.RemindHoursBefore);
        Assert.Equal(sample.Services.SelectMany(Words), online.Services.SelectMany(Words));
        Assert.Equal(sample.Prescription.HighRiskDrugs, online.Prescription.HighRiskDrugs);
        Assert.Contains("15分、問診 5 問", (await guide.OpenAsync(GuidedOpening.Path("shinjuku"))).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_SavedAsItIs_ChangesNothing()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        var before = await ReadAsync<string>("tamagawa", "settings::text");

        GuidedOpening.Saved(await SendAsync(guide, "tamagawa", [], begin: false));

        Assert.Equal(2, await ReadAsync<long>("tamagawa", "version::bigint"));
        Assert.Equal(before, await ReadAsync<string>("tamagawa", "settings::text"));
    }

    [Fact]
    public async Task Tick_TakenOff_LeavesTheSectionAway()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);

        GuidedOpening.Saved(await SendAsync(guide, "setagaya", [(Section, "")], begin: false));

        var directory = portal.Node.Services.GetRequiredService<TenantDirectory>();
        await directory.LoadAsync(Cancellation);
        Assert.Null(directory.ByIdentifier("setagaya")!.Settings.OnlineConsultation);
    }

    [Theory]
    [InlineData(Section, "", "1 件あります")]
    [InlineData($"{Section}.services", "urgent", "「followUp」には")]
    public async Task WhatIsBooked_IsNotTakenAway(string field, string typed, string message)
    {
        var booked = await BookedConsultation.BookAsync(portal.Node, portal.Database, "koto");
        using var guide = await GuidedOpening.SignInAsync(portal.Node);

        var refused = await SendAsync(guide, "koto", [(field, typed)], begin: false);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(message, refused.Document.Body!.TextContent, StringComparison.Ordinal);
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET status = 'Cancelled' WHERE id = $1", booked.Id);
    }

    [Fact]
    public async Task Service_IsAddedAndTakenAway_ByItsCode()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.RegisterAsync("toshima");
        GuidedOpening.Saved(await SendAsync(guide, "toshima", Institution));

        var added = await SendAsync(guide, "toshima", [($"{Section}.services", "urgent\nfollowUp\ndermatology")]);

        Assert.Equal(GuidedOpening.Path("toshima", "online"), added.Location!.AbsolutePath);
        var page = await guide.OpenAsync(added.Location.AbsolutePath);
        Assert.Equal("urgent\nfollowUp\ndermatology", page.Document.QuerySelector($"[name='{Section}.services']")!.TextContent.Trim());
        Assert.Equal("dermatology", page.Document.QuerySelector($"[name='{Section}.services[2].label.ja']")!.GetAttribute("value"));
        Assert.Contains("eating | choice |", page.Document.QuerySelector($"[name='{Section}.services[1].questionnaire.questions']")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"{Section}.services[0].minutes", "3", "から")]
    [InlineData($"{Section}.consent.version", "", "必要")]
    [InlineData($"{Section}.consent.text.ja", "", "必要")]
    [InlineData($"{Section}.emergencyInstitution.ja", "", "必要")]
    [InlineData($"{Section}.services", "followUp\nfollowUp", "2 行目: followUp が二度")]
    [InlineData($"{Section}.services", "", "1 件以上")]
    [InlineData($"{Section}.services", "Follow up", "英小文字で始まる")]
    [InlineData(Questions, "a | text | あ | A\nb | essay | い | B", "2 行目: ")]
    [InlineData(Questions, "a | text | あ | A\na | text | い | B", "2 行目: a が二度")]
    [InlineData(Questions, "a | choice | あ | A | one=一/One", "選択肢が 2 つ以上")]
    [InlineData(Questions, "a | text | あ | A | one=一/One; two=二/Two", "選択(choice)の質問だけ")]
    [InlineData(Questions, "a | text", "1 行目: ")]
    [InlineData($"{Section}.booking.remindHoursBefore", "24, 0", "から")]
    [InlineData($"{Section}.booking.remindHoursBefore", "24, 24", "二度")]
    [InlineData($"{Section}.booking.remindHoursBefore", "soon", "整数")]
    [InlineData($"{Section}.booking.horizonDays", "0", "から")]
    [InlineData($"{Section}.prescription.firstVisitMostDays", "many", "整数")]
    public async Task Page_WithAMistake_SaysSoBesideTheFieldAndKeepsWhatWasTyped(string field, string typed, string message)
    {
        var identifier = $"o{Guid.NewGuid():N}"[..12];
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        await guide.RegisterAsync(identifier);

        var refused = await SendAsync(guide, identifier, [.. Institution, (field, typed)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var wrong = refused.Document.QuerySelector($"[name='{field}']")!;
        Assert.Equal(typed, (wrong is IHtmlTextAreaElement ? wrong.TextContent.TrimStart('\n') : wrong.GetAttribute("value") ?? ""));
        Assert.Contains(message, wrong.Closest(".field")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings WHERE tenant_id = $1", GuidedOpening.IdOf(identifier)));
    }

    private static string Sample()
    {
        var sample = SettingsDraft.OnlineConsultationSample();
        sample["emergencyInstitution"] = new System.Text.Json.Nodes.JsonObject { ["ja"] = "-", ["en"] = "-" };
        return sample.ToJsonString();
    }

    private static IEnumerable<string> Words(ServiceSettings service) =>
    [
        $"{service.Code} {service.Label.Ja} {service.Label.En} {service.Minutes} {service.FirstVisit} {service.ByLink} {service.Questionnaire.Version}",
        .. service.Questionnaire.Questions.Select(q =>
            $"{q.Code} {q.Label.Ja} {q.Label.En} {q.Kind} {q.Required} {string.Join(',', q.Options.Select(o => $"{o.Code} {o.Label.Ja} {o.Label.En}"))}"),
    ];

    /// <summary>Sends the page with all that stands on it, and these fields over it; an empty tick is none.</summary>
    private static async Task<BrowserPage> SendAsync(GuidedOpening guide, string identifier, (string Name, string Value)[] over, bool begin = true)
    {
        var page = await guide.OpenAsync(GuidedOpening.Path(identifier, "online") + (begin ? "?begin=true" : ""));
        var fields = page.Document.QuerySelectorAll($"form[action='{GuidedOpening.Path(identifier, "online")}'] [name]")
            .Where(field => field.LocalName != "fluent-checkbox" || field.HasAttribute("checked"))
            .ToDictionary(field => field.GetAttribute("name")!, field => field is IHtmlTextAreaElement ? field.TextContent.TrimStart('\n').ReplaceLineEndings("\r\n") : field.GetAttribute("value") ?? "");
        foreach (var (name, value) in over)
        {
            fields[name] = value;
        }
        if (fields[Section].Length == 0)
        {
            fields.Remove(Section);
        }
        return await guide.PostFieldsAsync(GuidedOpening.Path(identifier, "online"), fields);
    }

    private Task<T> ReadAsync<T>(string identifier, string column) => portal.Database.ReadAsync<T>(
        $"SELECT {column} FROM app.tenant_settings WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1", GuidedOpening.IdOf(identifier));
}
