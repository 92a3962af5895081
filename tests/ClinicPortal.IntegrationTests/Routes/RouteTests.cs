using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Routes;

/// <summary>Every route of the running application, whoever mapped it.</summary>
public sealed class RouteTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    /// <summary>What anybody may call. A new line here is a decision.</summary>
    private static readonly string[] Anonymous =
    [
        "GET /", "GET /sign-in", "POST /sign-in",
        "GET /sign-in/second-factor", "POST /sign-in/second-factor", "GET /sign-in/enrol", "POST /sign-in/enrol",
        "POST /sign-in/passkey/options", "POST /sign-in/passkey",
        "GET /sign-in/forgotten", "POST /sign-in/forgotten", "GET /sign-in/new-password", "POST /sign-in/new-password",
        "GET /session/locked", "POST /session/unlock", "POST /session/unlock/passkey/options", "POST /session/unlock/passkey",
        "GET /sign-in/outside/{association}", "GET /sign-in/outside/{association}/callback",
        "GET /session/begin", "GET /session/complete", "POST /sign-out",
        "GET /invitation/{code}", "POST /invitation/{code}",
        "POST /language", "GET /accent.css", "GET /logo.svg", "GET /health/live", "GET /health/ready",
        "GET /openapi/{documentName}.json", "GET /api/v1/reference", "GET /dev/gallery", "POST /dev/gallery",
        // Signed by the payment service.
        "POST /api/v1/gateway-events",
        "GET /l/{secret}", "POST /l/{secret}", "GET /follow", "GET /access-report",
        "GET /room", "GET /room/negotiate", "GET /join", "GET /join/room", "GET /join/room/waiting", "GET /join/room/ticket", "POST /join/language",
        "GET /book", "POST /book", "POST /book/waiting", "GET /offer", "POST /offer/accept", "POST /offer/refuse",
        "GET /join/appointment", "POST /join/confirm", "POST /join/cancel", "GET /join/calendar.ics",
        "POST /join/agree", "POST /join/refuse", "GET /join/move", "POST /join/move", "GET /join/again", "POST /join/again",
        "GET /book/{id:guid}", "POST /book/{id:guid}/confirm", "POST /book/{id:guid}/cancel", "POST /book/{id:guid}/agree", "POST /book/{id:guid}/refuse",
        "GET /book/{id:guid}/move", "POST /book/{id:guid}/move",
        "GET /join/prepare", "POST /join/prepare/doctor", "POST /join/prepare/consent", "POST /join/prepare/questionnaire", "POST /join/prepare/document",
        "GET /join/consent", "POST /join/consent/withdraw", "GET /join/summary", "POST /join/rating", "GET /summary", "POST /summary/rating", "GET /prescription",
        "GET /join/lost", "POST /join/lost", "GET /join/guest", "POST /join/guest", "GET /join/room/chat", "POST /join/room/chat", "POST /join/room/photo", "GET /join/room/photos/{message:guid}",
    ];

    /// <summary>For whoever is signed in, before a place and with it a role is chosen; and the live hub, whose tokens carry the right.</summary>
    private static readonly string[] WithoutRole =
    [
        "GET /places",
        "GET /account", "GET /account/outside", "POST /account/outside", "POST /account/outside/{id:guid}/remove",
        "GET /account/confirm", "POST /account/confirm", "POST /account/confirm/passkey/options", "POST /account/confirm/passkey",
        "GET /account/password", "POST /account/password", "GET /account/authenticator", "POST /account/authenticator", "POST /account/recovery-codes",
        "POST /account/sign-ins/{id:guid}/end", "POST /account/sign-ins/end", "POST /account/passkeys/options", "POST /account/passkeys",
        "POST /account/passkeys/{id:guid}/name", "POST /account/passkeys/{id:guid}/remove", "POST /session/active", "POST /session/lock",
    ];

    /// <summary>Changes nothing: a POST only because what it asks must not stand in an address.</summary>
    private const string OnlyAsks = "POST /api/v1/patients/search";

    private static readonly string[] Bodies =
    [
        "{}", "[]", "null", "no json", "\"text\"", "{\"id\":5,\"kind\":[],\"level\":\"purple\",\"outcome\":{},\"patientId\":\"garbage\",\"association\":7}",
        "{\"association\":\"setagaya\",\"complaint\":\"\\u0000\",\"caller\":{\"name\":\"\\u0000\"},\"patient\":{\"name\":\"\\u0000\"},\"findings\":\"\\u0000\"}",
        "{\"association\":\"nowhere\",\"complaint\":\"\\u0000\",\"caller\":null,\"patient\":null,\"channel\":\"pigeon\",\"reason\":\"\\ud800\"}",
    ];

    private IReadOnlyList<PortalRoute> Routes => PortalRoute.AllOf(portal.Node);

    private IEnumerable<PortalRoute> Api => Routes.Where(r => r.IsApi && !r.IsAnonymous);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryRoute_SaysWhoMayCallIt()
    {
        Assert.NotEmpty(Routes);
        None(Routes.Where(r => !r.IsAnonymous && r.AllowedRoles is not { Count: > 0 }).Select(r => $"{r}").Except(WithoutRole));
        None(Routes.Where(r => r.IsAnonymous && r.AllowedRoles is { Count: > 0 }).Select(r => $"{r} is for roles and for anybody at once"));
    }

    [Fact]
    public void AnonymousRoutes_AreTheListedOnes() => None(Routes.Where(r => r.IsAnonymous).Select(r => $"{r}").Except(Anonymous));

    [Fact]
    public async Task ApiRoute_WithoutKeyOrWithAWrongOne_Is401()
    {
        Assert.NotEmpty(Api);
        foreach (var key in new[] { null, "demo.desk.nobody", "" })
        {
            await AllAsync(Api, route => route.Request(key, route.Path()), (route, status, code) =>
                status == HttpStatusCode.Unauthorized && code == "unauthenticated" ? null : $"{route}: {(int)status} {code}");
        }
    }

    [Fact]
    public async Task ApiRoute_WithAKeyOfAnotherRole_Is403() =>
        await AllAsync(Api.Where(r => r.WrongKey is not null), route => route.Request(route.WrongKey, route.Path()), (route, status, code) =>
            status == HttpStatusCode.Forbidden && code == "forbidden" ? null : $"{route}: {(int)status} {code}");

    [Fact]
    public async Task EveryPostOfTheApi_WithoutIdempotencyKey_Is400() =>
        await AllAsync(Api.Where(r => r.Method == "POST" && $"{r}" != OnlyAsks), route => route.Request(route.RightKey, route.Path(), withIdempotencyKey: false),
            (route, status, code) => status == HttpStatusCode.BadRequest && code == "idempotency-key-required" ? null : $"{route}: {(int)status} {code}");

    [Fact]
    public async Task Page_ForSomebodyNotSignedIn_LeadsToSignIn() =>
        await AllAsync(Routes.Where(r => !r.IsApi && !r.IsAnonymous), route => route.Request(null, route.Path(), json: null), (route, status, _) =>
            status is HttpStatusCode.Redirect or HttpStatusCode.SeeOther or HttpStatusCode.Unauthorized or HttpStatusCode.NotFound
                ? null : $"{route}: {(int)status}");

    [Fact]
    public async Task ApiRoute_WithIdsThatNobodyHas_IsNeverAServerError()
    {
        foreach (var query in new[] { "", "?query=%00&since=garbage&month=13&night=2026-02-30&mine=%F0%9F%9A%91&open=perhaps&after=x", "?query=%27%3B--&since=0001-01-01&month=9999-99" })
        {
            await AllAsync(Api, route => route.Request(route.RightKey, route.Path("%00%27") + query), NoServerError);
        }
    }

    [Fact]
    public async Task ApiRoute_WithAnyBody_IsNeverAServerError()
    {
        foreach (var body in Bodies)
        {
            await AllAsync(Api.Where(r => r.Method != "GET"), route => route.Request(route.RightKey, route.Path(), body), NoServerError);
        }
    }

    [Theory]
    [InlineData("application/json", "no form")]
    [InlineData("multipart/form-data; boundary=x", "--x broken off")]
    [InlineData("application/x-www-form-urlencoded", "%00=%00&return=//evil.example&__RequestVerificationToken=%00")]
    public async Task AnyRoute_WithGarbage_IsNeverAServerErrorForAnybody(string contentType, string body) => await AllAsync(
        Routes,
        route =>
        {
            var request = route.Request(null, route.Path("..%2f%00") + "?code=%00&return=//evil.example&to=%00&membership=x&another=x", body);
            if (request.Content is not null)
            {
                request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
            }
            return request;
        },
        NoServerError);

    private static string? NoServerError(PortalRoute route, HttpStatusCode status, string? code) =>
        (int)status < 500 ? null : $"{route}: {(int)status} {code}";

    private async Task AllAsync(
        IEnumerable<PortalRoute> routes, Func<PortalRoute, HttpRequestMessage> request, Func<PortalRoute, HttpStatusCode, string?, string?> violation)
    {
        using var client = portal.Node.Client("setagaya.localhost");
        var violations = new List<string>();
        foreach (var route in routes)
        {
            using var sent = request(route);
            using var response = await client.SendAsync(sent, Cancellation);
            var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
            var code = isProblem && JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement.TryGetProperty("code", out var found)
                ? found.GetString() : null;
            if (violation(route, response.StatusCode, code) is { } said)
            {
                violations.Add($"{said} ({sent.RequestUri} {(sent.Content is null ? "" : await sent.Content.ReadAsStringAsync(Cancellation))})");
            }
        }
        None(violations);
    }

    private static void None(IEnumerable<string> violations)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, $"{all.Count}:\n{string.Join('\n', all)}");
    }
}
