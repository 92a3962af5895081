using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>A desk that nobody is at shows nothing, whoever asks and however.</summary>
public sealed class LockTests(PortalDatabaseFixture fixture) : IClassFixture<PortalDatabaseFixture>, IAsyncLifetime
{
    private const string Desk = "desk.localhost";

    private readonly NightClock clock = new();
    private PortalNode? started;

    private PortalNode Node => started!;

    public async ValueTask InitializeAsync() => started = await StartAsync();

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    [Fact]
    public async Task Desk_IdleForTenMinutes_RefusesPagesFramesAndForms_UntilItsPersonIsBack()
    {
        using var browser = await Browser.SignInAsync(Node, "operator1@desk.example", Desk);
        var board = await browser.OpenAsync(Node.Url("/board", Desk));
        Assert.Equal(HttpStatusCode.OK, board.Status);

        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("/session/locked?return=%2Fboard", (await browser.GetAsync(Node.Url("/board", Desk))).Location!.PathAndQuery);
        Assert.Equal(HttpStatusCode.Locked, (await ReadFrameAsync(browser)).Status);
        Assert.Equal(HttpStatusCode.Locked, (await browser.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Node.Url("/cases/new", Desk)) { Content = new FormUrlEncodedContent([]) })).Status);

        var locked = await browser.OpenAsync(Node.Url("/board", Desk));
        var refused = await browser.PostAsync(locked, "/session/unlock", ("proof", "guess"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("/session/locked", (await browser.GetAsync(Node.Url("/board", Desk))).Location!.AbsolutePath);
        var open = await browser.PostAsync(refused, "/session/unlock", ("proof", DemoAccess.Password));
        Assert.Equal(Node.Url("/board", Desk), open.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(open.Location!)).Status);
    }

    [Fact]
    public async Task Desk_ThatIsLocked_IsNotOpenedByWayOfTheSignInHost()
    {
        using var browser = await Browser.SignInAsync(Node, "operator1@desk.example", Desk);
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("/session/locked", (await browser.GetAsync(Node.Url("/places"))).Location!.AbsolutePath);
        Assert.Equal("/session/locked", (await browser.GetAsync(Node.Url("/account"))).Location!.AbsolutePath);
        var begun = await browser.OpenAsync(Node.Url("/session/begin", Desk));
        Assert.NotNull(begun.Document.QuerySelector("form[action='/sign-in']"));
        Assert.Equal("/session/locked", (await browser.GetAsync(Node.Url("/board", Desk))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task Desk_WhoseBoardReadsItself_IsIdleAllTheSame()
    {
        using var browser = await Browser.SignInAsync(Node, "operator2@desk.example", Desk);
        for (var minutes = 0; minutes < 9; minutes += 3)
        {
            Assert.Equal(HttpStatusCode.OK, (await ReadFrameAsync(browser)).Status);
            clock.Advance(TimeSpan.FromMinutes(3));
        }
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.Locked, (await ReadFrameAsync(browser)).Status);
    }

    [Fact]
    public async Task Desk_WithSomebodyAtIt_StaysOpen()
    {
        using var browser = await Browser.SignInAsync(Node, "operator2@desk.example", Desk);
        for (var minutes = 0; minutes < 30; minutes += 6)
        {
            clock.Advance(TimeSpan.FromMinutes(6));
            Assert.Equal(HttpStatusCode.NoContent, (await browser.SendAsync(
                new HttpRequestMessage(HttpMethod.Post, Node.Url("/session/active", Desk)) { Content = new FormUrlEncodedContent([]) })).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Node.Url("/board", Desk))).Status);
    }

    [Theory]
    [InlineData("clinic1.doctor@setagaya.example", "/patients")]
    [InlineData("clinic1@setagaya.example", "/patients")]
    [InlineData("secretariat@setagaya.example", "/members")]
    public async Task Office_LocksLaterThanADesk(string email, string path)
    {
        const string Host = "setagaya.localhost";
        using var browser = await Browser.SignInAsync(Node, email, Host);
        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Node.Url(path, Host))).Status);

        clock.Advance(TimeSpan.FromMinutes(15));

        var locked = await browser.OpenAsync(Node.Url(path, Host));
        Assert.Equal("/session/locked", locked.Url.AbsolutePath);
        var open = await browser.PostAsync(locked, "/session/unlock", ("proof", DemoAccess.Password));
        Assert.Equal(Node.Url(path, Host), open.Location);
    }

    [Fact]
    public async Task Browser_OfADeskAndAClinic_LocksAsTheDeskDoes_WhicheverWasOpenedLast()
    {
        using var browser = await Browser.SignInAsync(Node, "operator1@desk.example", Desk);
        await fixture.Database.ExecuteAsync("""
            INSERT INTO identity.membership (id, account_id, tenant_id, organisation_kind, organisation_id, organisation_name, role, administrator, valid_from)
            SELECT gen_random_uuid(), a.id, m.tenant_id, m.organisation_kind, m.organisation_id, m.organisation_name, m.role, false, m.valid_from
            FROM identity.account a, identity.membership m JOIN identity.account d ON d.id = m.account_id
            WHERE a.normalized_user_name = 'OPERATOR1@DESK.EXAMPLE' AND d.normalized_user_name = 'CLINIC1@SETAGAYA.EXAMPLE'
            """);
        const string Clinic = "setagaya.localhost";
        Assert.Equal(Clinic, (await browser.OpenAsync(Node.Url("/patients", Clinic))).Url.Host);

        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("/session/locked", (await browser.GetAsync(Node.Url("/patients", Clinic))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task Phone_WithoutAJob_LocksAfterAnHour()
    {
        using var browser = await Browser.SignInAsync(Node, "doctor2@setagaya.example", Desk);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Node.Url("/phone", Desk))).Status);

        clock.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal("/session/locked", (await browser.GetAsync(Node.Url("/phone", Desk))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task Phone_IsNotLockedDuringAVisit_AndIsAfterIt()
    {
        var (_, dispatch) = await NightDesk.Association.Setagaya.OfferAsync(Node);
        using var phone = await Browser.SignInAsync(Node, "doctor1@setagaya.example", Desk);
        await StepAsync("accept");

        clock.Advance(TimeSpan.FromMinutes(90));
        await StepAsync("depart");
        clock.Advance(TimeSpan.FromMinutes(90));
        await StepAsync("arrive");
        clock.Advance(TimeSpan.FromMinutes(90));
        var over = await StepAsync("complete");
        Assert.Equal(HttpStatusCode.OK, over.Status);

        clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal("/session/locked", (await phone.GetAsync(Node.Url("/phone", Desk))).Location!.AbsolutePath);

        async Task<BrowserPage> StepAsync(string step)
        {
            var page = await phone.OpenAsync(Node.Url($"/phone?job={dispatch}", Desk));
            Assert.Equal(HttpStatusCode.SeeOther, (await phone.PostAsync(page, $"/dispatches/{dispatch}/{step}")).Status);
            return await phone.GetAsync(Node.Url("/phone", Desk));
        }
    }

    [Fact]
    public async Task Phone_LeftLyingWithAJob_LocksAllTheSameAfterFourHours()
    {
        var (_, dispatch) = await NightDesk.Association.Tamagawa.OfferAsync(Node);
        using var phone = await Browser.SignInAsync(Node, "doctor1@tamagawa.example", Desk);
        var page = await phone.OpenAsync(Node.Url($"/phone?job={dispatch}", Desk));
        await phone.PostAsync(page, $"/dispatches/{dispatch}/accept");
        await phone.GetAsync(Node.Url("/phone", Desk));

        clock.Advance(TimeSpan.FromHours(4));

        Assert.Equal("/session/locked", (await phone.GetAsync(Node.Url("/phone", Desk))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task Desk_LockedByHand_IsLockedOnEveryNode_AndOpensWithTheAppsCodeOnce()
    {
        const string Email = "operator1@desk.example";
        await using var other = await StartAsync();
        using var browser = await Browser.SignInAsync(Node, Email, Desk);
        using var elsewhere = browser.On(other);
        var board = await browser.OpenAsync(Node.Url("/board", Desk));
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync(other.Url("/board", Desk))).Status);

        Assert.Equal("/session/locked", (await browser.PostAsync(board, "/session/lock")).Location!.AbsolutePath);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("/session/locked", (await elsewhere.GetAsync(other.Url("/board", Desk))).Location!.AbsolutePath);

        var code = Totp.Code(DemoAccess.AuthenticatorSecret(Email), Totp.StepAt(clock.Now));
        var locked = await browser.OpenAsync(Node.Url("/board", Desk));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(locked, "/session/unlock", ("proof", code))).Status);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync(other.Url("/board", Desk))).Status);

        await browser.PostAsync(await browser.OpenAsync(Node.Url("/board", Desk)), "/session/lock");
        locked = await browser.OpenAsync(Node.Url("/board", Desk));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(locked, "/session/unlock", ("proof", code))).Status);
    }

    [Fact]
    public async Task LockedDesk_LeftToSomebodyElse_IsSignedOut()
    {
        using var browser = await Browser.SignInAsync(Node, "operator2@desk.example", Desk);
        await browser.PostAsync(await browser.OpenAsync(Node.Url("/board", Desk)), "/session/lock");
        using var kept = browser.On(Node);

        await browser.PostAsync(await browser.OpenAsync(Node.Url("/board", Desk)), "/sign-out");

        Assert.Equal("/session/begin", (await kept.GetAsync(Node.Url("/board", Desk))).Location!.AbsolutePath);
    }

    private Task<PortalNode> StartAsync() => PortalNode.StartAsync(fixture.Database, clock, services =>
        services.AddSingleton(Options.Create(new IdleLockOptions { DeskMinutes = 10 })));

    private Task<BrowserPage> ReadFrameAsync(Browser browser) => browser.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, Node.Url("/board/live", Desk)) { Headers = { { "Turbo-Frame", "board" } } });
}
