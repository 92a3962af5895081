using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.NightDesk;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Links for families: opened once, by who knows birth date and code, for one thing, for a time.</summary>
public sealed class VisitorLinkTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Desk = "desk.localhost";
    private const string Setagaya = "setagaya.localhost";
    private const string BirthDate = "1940-01-02";

    [Fact]
    public async Task Link_ShowsAnEmptyFormToAnybody_AndOpensOnceForWhoKnowsBirthDateAndCode()
    {
        var (_, path, code) = await GiveAsync();
        using var family = new Browser(portal.Node);

        // Mail previews, several of them: nothing is told and nothing used up.
        var preview = await family.GetAsync(At(path));
        var unknown = await family.GetAsync(At("/l/" + new string('x', 43)));
        Assert.Equal((HttpStatusCode.OK, unknown.Status), (preview.Status, preview.Status));
        Assert.Equal(unknown.Document.Body!.TextContent, preview.Document.Body!.TextContent);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(At("/follow"))).Status);

        var opened = await OpenAsync(family, path, "昭和15年1月2日", code.Insert(3, " "));
        Assert.Equal((HttpStatusCode.SeeOther, "/follow"), (opened.Status, opened.Location?.AbsolutePath));
        var followed = await family.GetAsync(At("/follow"));
        Assert.Equal(HttpStatusCode.OK, followed.Status);
        Assert.Contains("ご依頼を受け付けました", followed.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.All(["佐藤", "熱", "自宅"], word => Assert.DoesNotContain(word, followed.Document.Body!.TextContent, StringComparison.Ordinal));

        // Pressed again where it was opened, it leads there again.
        var again = await family.GetAsync(At(path));
        Assert.Equal((HttpStatusCode.SeeOther, "/follow"), (again.Status, again.Location?.AbsolutePath));

        using var thief = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync(At(path))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(thief, path, BirthDate, code)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await thief.GetAsync(At("/follow"))).Status);
    }

    [Fact]
    public async Task Link_AfterFiveWrongAnswers_IsDeadForTheRightOneToo()
    {
        var (_, path, code) = await GiveAsync();
        using var guesser = new Browser(portal.Node);
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(guesser, path, guess % 2 == 0 ? BirthDate : "1940-01-03", guess % 2 == 0 ? Other(code) : code)).Status);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(guesser, path, BirthDate, code)).Status);
    }

    [Fact]
    public async Task Link_SentManyTimesAtOnce_OpensForOneBrowserOnly()
    {
        var (_, path, code) = await GiveAsync();
        var browsers = Enumerable.Range(0, 4).Select(_ => new Browser(portal.Node)).ToList();

        var opened = await Task.WhenAll(browsers.Select(browser => OpenAsync(browser, path, BirthDate, code)));

        Assert.Single(opened, page => page.Status == HttpStatusCode.SeeOther);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Link_OfAnotherAssociationsHost_Revoked_Expired_OrOfACaseThatIsOver_OpensNothing()
    {
        var (subject, path, code) = await GiveAsync();
        using var elsewhere = new Browser(portal.Node);
        var form = await elsewhere.GetAsync(portal.Node.Url(path, "koto.localhost"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await elsewhere.PostAsync(form, path, ("birthDate", BirthDate), ("code", code))).Status);

        using var family = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.SeeOther, (await OpenAsync(family, path, BirthDate, code)).Status);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        var list = await desk.GetAsync(portal.Node.Url($"/cases/{subject}/links", Desk));
        Assert.DoesNotContain(code, list.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        var revoke = list.Document.QuerySelector("form[action$='/revoke']")!.GetAttribute("action")!;
        Assert.Equal(HttpStatusCode.SeeOther, (await desk.PostAsync(list, revoke)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(At("/follow"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await family.GetAsync(At(path))).Status);

        var (second, secondPath, secondCode) = await GiveAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await OpenAsync(family, secondPath, BirthDate, secondCode)).Status);
        Assert.Equal(HttpStatusCode.OK, (await family.GetAsync(At("/follow"))).Status);
        await portal.Database.ExecuteAsync("UPDATE nightdesk.case SET status = 'Advised' WHERE id = $1", second);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(At("/follow"))).Status);

        var (_, thirdPath, thirdCode) = await GiveAsync();
        await portal.Database.ExecuteAsync("UPDATE identity.visitor_link SET expires_at = $1 WHERE used_at IS NULL", NightClock.Start.UtcDateTime);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(family, thirdPath, BirthDate, thirdCode)).Status);
    }

    [Fact]
    public async Task Table_HoldsNothingThatOpensALink()
    {
        var (_, path, code) = await GiveAsync();

        var row = await portal.Database.ReadAsync<string>("SELECT string_agg(l::text, ' ') FROM identity.visitor_link l");

        Assert.DoesNotContain(path["/l/".Length..], row, StringComparison.Ordinal);
        Assert.DoesNotContain($",{code},", row, StringComparison.Ordinal);
        Assert.DoesNotContain("1940", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GivenLink_IsShownToTheSessionThatGaveIt_AndCannotBeGivenForAnotherDesksCase()
    {
        var koto = await Association.Koto.OpenCaseAsync(portal.Node);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        using var colleague = await Browser.SignInAsync(portal.Node, "operator2@desk.example", Desk);
        var mine = (await Association.Setagaya.OpenCaseAsync(portal.Node)).Id;
        var page = await desk.GetAsync(portal.Node.Url($"/cases/{mine}/links", Desk));
        var form = page.Form($"/cases/{mine}/links");

        var foreign = await desk.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/cases/{koto.Id}/links", Desk)) { Content = new FormUrlEncodedContent(form) });
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        var given = await desk.PostAsync(page, $"/cases/{mine}/links");
        Assert.NotNull((await desk.GetAsync(given.Location!)).Document.QuerySelector(".qr-code"));
        Assert.Null((await colleague.GetAsync(given.Location!)).Document.QuerySelector(".qr-code"));
        Assert.Null((await desk.GetAsync(new Uri($"{given.Location}x"))).Document.QuerySelector(".qr-code"));
    }

    private static string Other(string code) => code[0] == '1' ? $"2{code[1..]}" : $"1{code[1..]}";

    private Uri At(string path) => portal.Node.Url(path, Setagaya);

    private async Task<BrowserPage> OpenAsync(Browser browser, string path, string birthDate, string code) =>
        await browser.PostAsync(await browser.GetAsync(At(path)), path, ("birthDate", birthDate), ("code", code));

    /// <summary>The desk gives a link for a fresh case, and reads link and code off its screen.</summary>
    private async Task<(Guid Case, string Path, string Code)> GiveAsync()
    {
        var subject = (await Association.Setagaya.OpenCaseAsync(portal.Node)).Id;
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        var given = await desk.PostAsync(await desk.GetAsync(portal.Node.Url($"/cases/{subject}/links", Desk)), $"/cases/{subject}/links");
        Assert.Equal(HttpStatusCode.SeeOther, given.Status);
        var facts = (await desk.GetAsync(given.Location!)).Document.QuerySelectorAll("dd").Select(dd => dd.TextContent).ToList();
        var address = new Uri(facts.Single(f => f.Contains("/l/", StringComparison.Ordinal)));
        Assert.Equal(Setagaya, address.Host);
        return (subject, address.AbsolutePath, facts[facts.IndexOf(address.OriginalString) + 1].Replace(" ", "", StringComparison.Ordinal));
    }
}
