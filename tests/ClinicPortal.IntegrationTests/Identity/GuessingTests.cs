using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Demo;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Guessing gets slower and slower, tells nothing, and never locks out the person at their own desk.</summary>
public sealed class GuessingTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task RightPassword_WhileAStrangerGuesses_WaitsElsewhereButNotAtTheKnownDesk()
    {
        const string Email = "operator1@desk.example";
        using var desk = await Browser.SignInAsync(portal.Node, Email, "desk.localhost");
        using var stranger = new Browser(portal.Node);
        await GuessAsync(stranger, Email, 12);

        using var elsewhere = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await TryAsync(elsewhere, Email, DemoAccess.Password));
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(desk, Email, DemoAccess.Password));

        portal.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(elsewhere, Email, DemoAccess.Password));
    }

    [Fact]
    public async Task KnownDesk_WithItsCookieAltered_IsAStranger()
    {
        const string Email = "operator2@desk.example";
        using var desk = await Browser.SignInAsync(portal.Node, Email, "desk.localhost");
        var cookie = desk.Cookie("localhost", "__Host-device")!;
        desk.SetCookie("localhost", "__Host-device", cookie[..^4] + (cookie.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"));
        using var stranger = new Browser(portal.Node);
        await GuessAsync(stranger, Email, 12);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await TryAsync(desk, Email, DemoAccess.Password));
    }

    [Fact]
    public async Task KnownDesk_OfOneAccount_IsAStrangerToAnother()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "secretariat@koto.example", "koto.localhost");
        await GuessAsync(browser, "clinic1@koto.example", 12);

        using var elsewhere = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await TryAsync(elsewhere, "clinic1@koto.example", DemoAccess.Password));
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(elsewhere, "secretariat@koto.example", DemoAccess.Password));
    }

    [Fact]
    public async Task Refusal_IsTheSameForUnknownKnownAndWaitingAccounts()
    {
        using var browser = new Browser(portal.Node);
        var refusals = new HashSet<string?>();
        foreach (var email in new[] { "nobody@setagaya.example", "clinic10@setagaya.example" })
        {
            var page = await browser.OpenAsync(portal.Node.Url("/sign-in"));
            for (var guess = 0; guess < 9; guess++)
            {
                page = await browser.PostAsync(page, "/sign-in", ("email", email), ("password", $"wrong {guess}"));
                refusals.Add($"{(int)page.Status} {page.Refusal}");
            }
        }

        Assert.Single(refusals);
    }

    [Fact]
    public async Task Guesses_MadeAtOnce_AreNoMoreThanOneAfterTheOther()
    {
        const string Email = "clinic2@koto.example";
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(portal.Node.Url("/sign-in"));

        await Task.WhenAll(Enumerable.Range(0, 30).Select(guess =>
            browser.PostAsync(page, "/sign-in", ("email", Email), ("password", $"wrong {guess}"))));

        // What had to wait is not looked at, and not written down.
        Assert.InRange(await RefusedAsync(Email), 5, 6);
    }

    [Fact]
    public async Task SecurityLog_CannotBeChangedByTheApplication()
    {
        using var browser = new Browser(portal.Node);
        await TryAsync(browser, "clinic3@koto.example", "wrong");
        foreach (var sql in new[] { "UPDATE identity.security_event SET kind = 'SignedIn'", "DELETE FROM identity.security_event", "TRUNCATE identity.security_event" })
        {
            await using var command = portal.Database.App.CreateCommand(sql);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    private async Task GuessAsync(Browser browser, string email, int times)
    {
        for (var guess = 0; guess < times; guess++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await TryAsync(browser, email, $"wrong {guess}"));
        }
    }

    private async Task<HttpStatusCode> TryAsync(Browser browser, string email, string password) =>
        (await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/sign-in?another=true")), "/sign-in", ("email", email), ("password", password))).Status;

    private Task<long> RefusedAsync(string email) => portal.Database.ReadAsync<long>(
        "SELECT count(*) FROM identity.security_event e JOIN identity.account a ON a.id = e.account_id WHERE a.user_name = $1 AND e.kind = 'SignInRefused'", email);
}
