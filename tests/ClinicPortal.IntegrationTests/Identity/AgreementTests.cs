using System.Net;
using AngleSharp.Html.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>What gives the shared desk scope in an association: an agreement signed by both, as long as it lasts.</summary>
public sealed class AgreementTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string DeskHost = "desk.localhost";

    // Koto has no desk of its own accord: what the desk sees of it comes from here.
    private static readonly Guid Koto = StableId.Of("tenant", "koto");
    private static readonly Guid Desk = StableId.Of("desk", "desk");

    private Browser secretariat = null!;
    private Browser @operator = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        secretariat = await Browser.SignInAsync(portal.Node, "secretariat@koto.example", "koto.localhost");
        @operator = await Browser.SignInAsync(portal.Node, "operator1@desk.example", DeskHost);
    }

    public async ValueTask DisposeAsync()
    {
        await portal.Database.ExecuteAsync("UPDATE app.cover_agreement SET revoked_at = now(), revoked_by_name = 'test', revoked_side = 'test' WHERE tenant_id = $1", Koto);
        await ReadDirectoryAsync(portal.Node);
        secretariat.Dispose();
        @operator.Dispose();
    }

    [Fact]
    public async Task Agreement_GivesTheDeskScope_WithTheSecondSignature_NotBefore()
    {
        var path = await DraftAsync(secretariat, "koto.localhost", Desk);
        Assert.False(await DeskSeesKotoAsync(portal.Node));
        await SignAsync(secretariat, path, "koto.localhost");
        Assert.False(await DeskSeesKotoAsync(portal.Node));

        await SignAsync(@operator, path, DeskHost);

        Assert.True(await DeskSeesKotoAsync(portal.Node));
        Assert.Equal(["Drafted Association", "Signed Association", "Signed Desk"], await portal.Database.ReadAllAsync<string>(
            "SELECT kind || ' ' || side FROM app.cover_agreement_event WHERE agreement_id = $1 ORDER BY kind, side", IdOf(path)));
        Assert.Equal(3, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.audit_entry WHERE record_kind = 'cover-agreement' AND $1 = ANY (record_ids)", IdOf(path)));
    }

    [Fact]
    public async Task DraftOfTheDesk_SignedByTheDeskAlone_GivesNothing()
    {
        var path = await DraftAsync(@operator, DeskHost, Koto);
        await SignAsync(@operator, path, DeskHost);
        var again = await PostAsync(@operator, path, DeskHost, "sign");

        Assert.False(await DeskSeesKotoAsync(portal.Node));
        Assert.NotEqual(HttpStatusCode.OK, again.Status);
        Assert.Equal(HttpStatusCode.OK, (await secretariat.GetAsync(portal.Node.Url(path, "koto.localhost"))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RevokedByEitherSide_TheDeskSeesNothingMore_OnBothNodes_InOpenSessions(bool byDesk)
    {
        var other = await portal.StartNodeAsync();
        var path = await InForceAsync();
        using var elsewhere = @operator.On(other);
        Assert.True(await DeskSeesKotoAsync(portal.Node));
        Assert.True(await DeskSeesKotoAsync(other));
        var patient = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.patient WHERE tenant_id = $1 LIMIT 1", Koto);
        using var api = other.Api("demo.desk.operator");
        var opened = (await api.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family" }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync(other.Url($"/cases/{opened}", DeskHost))).Status);

        var (who, host) = byDesk ? (@operator, DeskHost) : (secretariat, "koto.localhost");
        await PostAsync(who, path, host, "revoke");

        Assert.False(await DeskSeesKotoAsync(portal.Node));
        Assert.False(await DeskSeesKotoAsync(other));
        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.GetAsync(other.Url($"/cases/{opened}", DeskHost))).Status);
        (await api.GetAsync($"/api/v1/cases/{opened}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RevokedAgreement_CannotBeSignedAgain()
    {
        var path = await DraftAsync(secretariat, "koto.localhost", Desk);
        var page = await @operator.OpenAsync(portal.Node.Url(path, DeskHost));
        await SignAsync(secretariat, path, "koto.localhost");
        await PostAsync(secretariat, path, "koto.localhost", "revoke");

        var late = await @operator.PostAsync(page, path + "/sign", ("read", "true"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.False(await DeskSeesKotoAsync(portal.Node));
    }

    [Fact]
    public async Task Agreement_EndsAfterItsLastNight_AndCoversItsNightsOnly()
    {
        var night = portal.Clock.Now;
        // The test night is a Sunday; Sundays and Mondays are agreed, the last is Monday.
        await InForceAsync(("until", "2026-11-30"), ("nights", "65"));
        try
        {
            foreach (var (at, covered) in new[]
            {
                ("2026-11-22T21:00", true), ("2026-11-23T11:59", true), ("2026-11-23T20:00", true), ("2026-11-24T12:00", false), ("2026-11-25T03:00", false),
                ("2026-11-29T22:00", true), ("2026-12-01T11:59", true), ("2026-12-01T12:00", false), ("2026-12-06T22:00", false),
            })
            {
                portal.Clock.Now = DateTimeOffset.Parse(at + "+09:00", System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
                Assert.True(covered == await DeskSeesKotoAsync(portal.Node), $"{at}: {covered}");
            }
        }
        finally
        {
            portal.Clock.Now = night;
        }
    }

    [Fact]
    public async Task Agreement_IsDirectional_TheAssociationGetsNothingOfTheDesk()
    {
        await InForceAsync();
        using var api = portal.Node.Api("demo.koto.clinic1");
        var foreign = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.patient WHERE tenant_id = $1 LIMIT 1", StableId.Of("tenant", "setagaya"));

        (await api.PostAsync("/api/v1/cases", new { patientId = foreign, caller = new { kind = "family" }, complaint = "発熱" })).Expect(HttpStatusCode.NotFound);
        Assert.NotEqual(HttpStatusCode.OK, (await secretariat.GetAsync(portal.Node.Url("/board", DeskHost))).Status);
    }

    [Fact]
    public async Task Agreements_OfOthers_AnswerLikeUnknownOnes()
    {
        var foreign = await portal.Database.ReadAsync<Guid>("SELECT id FROM app.cover_agreement WHERE tenant_id = $1", StableId.Of("tenant", "setagaya"));
        var path = await DraftAsync(secretariat, "koto.localhost", Desk);
        var own = await secretariat.OpenAsync(portal.Node.Url(path, "koto.localhost"));
        foreach (var id in new[] { foreign, Guid.NewGuid() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await secretariat.GetAsync(portal.Node.Url($"/agreements/{id}", "koto.localhost"))).Status);
            foreach (var action in new[] { "sign", "revoke" })
            {
                var form = own.Form($"{path}/{action}");
                form["read"] = "true";
                var refused = await secretariat.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/agreements/{id}/{action}", "koto.localhost"))
                {
                    Content = new FormUrlEncodedContent(form),
                });
                Assert.Equal(HttpStatusCode.NotFound, refused.Status);
            }
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.cover_agreement WHERE id = $1 AND revoked_at IS NOT NULL", foreign));
    }

    [Theory]
    [InlineData("clinic1.doctor@setagaya.example", "setagaya.localhost")]
    [InlineData("facility1@setagaya.example", "setagaya.localhost")]
    [InlineData("doctor1@setagaya.example", DeskHost)]
    [InlineData("operator2@desk.example", DeskHost)]
    [InlineData("platform@desk.example", DeskHost)]
    public async Task WhoSpeaksForNeitherSide_IsRefused(string email, string host)
    {
        using var browser = await Browser.SignInAsync(portal.Node, email, host);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(portal.Node.Url("/agreements", host))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(portal.Node.Url("/agreements/new", host))).Status);
    }

    [Theory]
    [InlineData("other", "")]
    [InlineData("from", "2026-11-21")]
    [InlineData("until", "")]
    [InlineData("until", "2026-11-01")]
    [InlineData("until", "9999-12-31")]
    [InlineData("nights", "0")]
    [InlineData("nights", "99999999999")]
    public async Task Draft_ThatNobodyCouldKeep_IsRefusedBesideItsField(string field, string value)
    {
        var page = await secretariat.OpenAsync(portal.Node.Url("/agreements/new", "koto.localhost"));

        var refused = await secretariat.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url)
        {
            Content = new FormUrlEncodedContent(Fields(page, Desk, (field, value))),
        });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
    }

    [Fact]
    public async Task Unread_IsNotSigned()
    {
        var path = await DraftAsync(secretariat, "koto.localhost", Desk);

        var refused = await secretariat.PostAsync(await secretariat.OpenAsync(portal.Node.Url(path, "koto.localhost")), path + "/sign");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector("#read-message"));
    }

    [Fact]
    public async Task Imported_SaysSo_InPlaceOfSignatures()
    {
        var list = await @operator.OpenAsync(portal.Node.Url("/agreements", DeskHost));
        var imported = await portal.Database.ReadAsync<Guid>("SELECT id FROM app.cover_agreement WHERE tenant_id = $1", StableId.Of("tenant", "setagaya"));
        Assert.NotNull(list.Document.QuerySelector($"a[href='/agreements/{imported}']"));

        var page = await @operator.OpenAsync(portal.Node.Url($"/agreements/{imported}", DeskHost));

        Assert.Contains("設定ファイルの取り込み(システム)", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BothSides_AreWrittenTo_AndRemindedBeforeTheEnd()
    {
        var path = await InForceAsync(("until", "2027-01-31"));

        var told = await portal.Database.Mails.LastToAsync("secretariat@koto.example");
        await portal.Database.Mails.LastToAsync("operator1@desk.example");

        Assert.Contains("協定", told.Subject, StringComparison.Ordinal);
        Assert.Equal([new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2027, 1, 24, 0, 0, 0, DateTimeKind.Utc)],
            await portal.Database.ReadAllAsync<DateTime>(
                "SELECT due_at FROM app.work_item WHERE kind = 'identity.agreement' AND payload ->> 'Agreement' = $1 AND due_at > $2 ORDER BY due_at",
                IdOf(path).ToString(), portal.Clock.Now));
    }

    [Fact]
    public async Task Application_CannotImportAnAgreement_NorChangeItsTerms_NorRewriteItsHistory()
    {
        foreach (var sql in new[]
        {
            "UPDATE app.cover_agreement SET valid_until = '2099-01-01'", "UPDATE app.cover_agreement SET imported_at = now()", "UPDATE app.cover_agreement SET desk_id = desk_id",
            "INSERT INTO app.cover_agreement (tenant_id, desk_id, valid_from, imported_at) SELECT id, id, '2026-01-01', now() FROM app.tenant",
            "DELETE FROM app.cover_agreement", "UPDATE app.cover_agreement_event SET actor_name = 'x'", "DELETE FROM app.cover_agreement_event",
        })
        {
            await using var command = portal.Database.App.CreateCommand(sql);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    private async Task<string> InForceAsync(params (string Name, string Value)[] terms)
    {
        var path = await DraftAsync(secretariat, "koto.localhost", Desk, terms);
        await SignAsync(secretariat, path, "koto.localhost");
        await SignAsync(@operator, path, DeskHost);
        await ReadDirectoryAsync(portal.Node);
        return path;
    }

    private async Task<string> DraftAsync(Browser browser, string host, Guid other, params (string Name, string Value)[] terms)
    {
        var page = await browser.OpenAsync(portal.Node.Url("/agreements/new", host));
        var drafted = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = new FormUrlEncodedContent(Fields(page, other, terms)) });
        Assert.Equal(HttpStatusCode.SeeOther, drafted.Status);
        return drafted.Location!.AbsolutePath;
    }

    private static Dictionary<string, string> Fields(BrowserPage page, Guid other, params (string Name, string Value)[] terms)
    {
        var hidden = page.Document.QuerySelectorAll("form[action='/agreements/new'] input[type=hidden]").OfType<IHtmlInputElement>();
        var fields = hidden.ToDictionary(i => i.Name!, i => i.Value);
        foreach (var (name, value) in ((string Name, string Value)[])[("other", $"{other}"), ("from", "2026-11-22"), ("until", "2027-03-31"), ("nights", "127"), .. terms])
        {
            fields[name] = value;
        }
        return fields;
    }

    private async Task SignAsync(Browser browser, string path, string host)
    {
        var signed = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url(path, host)), path + "/sign", ("read", "true"));
        Assert.Equal(HttpStatusCode.SeeOther, signed.Status);
    }

    private async Task<BrowserPage> PostAsync(Browser browser, string path, string host, string action)
    {
        var page = await browser.OpenAsync(portal.Node.Url(path, host));
        return page.Document.QuerySelector($"form[action='{path}/{action}']") is null ? page with { Status = HttpStatusCode.NotFound } : await browser.PostAsync(page, $"{path}/{action}");
    }

    private static Guid IdOf(string path) => Guid.Parse(path.Split('/')[^1]);

    /// <summary>What the node would know by itself some seconds later.</summary>
    private static Task ReadDirectoryAsync(PortalNode node) => node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);

    private async Task<bool> DeskSeesKotoAsync(PortalNode node)
    {
        await ReadDirectoryAsync(node);
        using var api = node.Api("demo.desk.operator");
        return (await api.GetAsync("/api/v1/associations/koto/decline-reasons")).Status == HttpStatusCode.OK;
    }
}
