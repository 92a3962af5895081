using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing;
using ClinicPortal.Shared.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.IntegrationTests.Routes;

/// <summary>Every page and form of the running application, for one person of every role.</summary>
public sealed class PageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    public static TheoryData<string, string, string> People { get; } = new()
    {
        { Roles.DeskOperator, "operator1@desk.example", "desk.localhost" },
        { Roles.NightDoctor, "doctor1@setagaya.example", "desk.localhost" },
        { Roles.Driver, "driver1@setagaya.example", "desk.localhost" },
        { Roles.PlatformOperator, "platform@desk.example", "desk.localhost" },
        { Roles.Secretariat, "secretariat@setagaya.example", "setagaya.localhost" },
        { Roles.ClinicDoctor, "clinic1.doctor@setagaya.example", "setagaya.localhost" },
        { Roles.ClinicStaff, "clinic1@setagaya.example", "setagaya.localhost" },
        { Roles.FacilityStaff, "facility1@setagaya.example", "setagaya.localhost" },
    };

    private IEnumerable<PortalRoute> Pages => PortalRoute.AllOf(portal.Node).Where(r => !r.IsApi && r.AllowedRoles is { Count: > 0 });

    [Theory]
    [MemberData(nameof(People))]
    public async Task PageOfOtherRoles_Is403(string role, string email, string host)
    {
        Assert.NotEmpty(Pages);
        using var browser = await Browser.SignInAsync(portal.Node, email, host);
        var violations = new List<string>();
        foreach (var route in Pages.Where(r => !r.AllowedRoles!.Contains(role)))
        {
            var page = await SendAsync(browser, route, host, route.Path());
            // Not found where the host has no such page at all.
            if (page.Status is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound))
            {
                violations.Add($"{route}: {(int)page.Status}");
            }
        }
        None(violations);
    }

    [Theory]
    [MemberData(nameof(People))]
    public async Task OwnPage_WithGarbage_IsNeverAServerError(string role, string email, string host)
    {
        using var browser = await Browser.SignInAsync(portal.Node, email, host);
        var violations = new List<string>();
        foreach (var route in Pages.Where(r => r.AllowedRoles!.Contains(role)))
        {
            foreach (var query in new[] { "", "?q=%00&query=%00&month=13&page=-1&night=garbage&since=garbage&patient=x&day=9999-12-31", "?q=%27%3B--%25&month=9999-99&date=0001-01-01", "?month=9999-12", "?month=0001-01" })
            {
                var page = await SendAsync(browser, route, host, route.Path("%00%27") + query);
                if ((int)page.Status >= 500)
                {
                    violations.Add($"{route}: {(int)page.Status} ({page.Url.PathAndQuery})");
                }
            }
        }
        None(violations);
    }

    [Fact]
    public async Task Page_ThatFailsWhileItIsDrawn_IsAnsweredByTheErrorPage_WithoutWhatFailed()
    {
        await using var node = await PortalNode.StartAsync(
            portal.Database, configure: services => services.AddSingleton<IStringLocalizer<BillingText>, BrokenText>());
        using var browser = await Browser.SignInAsync(node, "secretariat@setagaya.example", "setagaya.localhost");
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Url("/invoice-lines", "setagaya.localhost"));

        var page = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.InternalServerError, page.Status);
        Assert.NotNull(page.Document.QuerySelector("main h1"));
        Assert.DoesNotContain(BrokenText.Said, page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    /// <summary>A page of another site can make the browser send a form, but not with this session's token.</summary>
    [Theory]
    [MemberData(nameof(People))]
    public async Task OwnForm_WithoutItsToken_IsRefused(string role, string email, string host)
    {
        using var browser = await Browser.SignInAsync(portal.Node, email, host);
        var violations = new List<string>();
        foreach (var route in Pages.Where(r => r.Method == "POST" && r.AllowedRoles!.Contains(role)))
        {
            var page = await SendAsync(browser, route, host, route.Path());
            if ((int)page.Status is < 400 or >= 500)
            {
                violations.Add($"{route}: {(int)page.Status}");
            }
        }
        None(violations);
    }

    private async Task<BrowserPage> SendAsync(Browser browser, PortalRoute route, string host, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), portal.Node.Url(path, host));
        if (route.Method == "POST")
        {
            request.Content = new FormUrlEncodedContent([new("idempotency-key", Guid.NewGuid().ToString()), new("complaint", "\0"), new("association", "setagaya")]);
        }
        return await browser.SendAsync(request);
    }

    private static void None(List<string> violations) =>
        Assert.True(violations.Count == 0, $"{violations.Count}:\n{string.Join('\n', violations)}");

    private sealed class BrokenText : IStringLocalizer<BillingText>
    {
        public const string Said = "broken on purpose";

        /// <summary>The name in the navigation is there on the error page too.</summary>
        public LocalizedString this[string name] => name == "Lines.Month" ? throw new InvalidOperationException(Said) : new(name, name);

        public LocalizedString this[string name, params object[] arguments] => new(name, name);

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }
}
