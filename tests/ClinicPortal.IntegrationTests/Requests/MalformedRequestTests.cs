using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.NightDesk;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Requests;

/// <summary>What the API would misread it refuses, by the name of the field and in the caller's language.</summary>
public sealed class MalformedRequestTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Cases = "/api/v1/cases";

    private readonly TestNight night = new(portal);

    [Theory]
    [InlineData("2026-11-22T23:15:00")]
    [InlineData("2026-11-22")]
    public async Task TimeWithoutOffset_InABody_NamesTheField(string time)
    {
        var visited = await night.VisitAsync(await night.PatientAsync());

        var answer = await night.Doctor().PutAsync($"{Cases}/{visited}/report", new { endOfLife = true, timeOfDeath = time });

        Refused(answer, HttpStatusCode.UnprocessableEntity, "time-without-offset", "timeOfDeath");
        foreach (var whole in new[] { "2026-11-22T20:15:00+09:00", "2026-11-22T11:15:00Z" })
        {
            (await night.Doctor().PutAsync($"{Cases}/{visited}/report", new { endOfLife = true, timeOfDeath = whole })).Expect(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("/api/v1/reports?since=2026-11-22T00:00:00", "time-without-offset", "since")]
    [InlineData("/api/v1/reports?since=2026-11-22", "time-without-offset", "since")]
    [InlineData("/api/v1/cases?night=yesterday", "unreadable-value", "night")]
    [InlineData("/api/v1/cases?open=maybe", "unreadable-value", "open")]
    [InlineData("/api/v1/cases?after=2026-11-22", "unreadable-value", "after")]
    public async Task Question_ThatCannotBeRead_NamesTheParameter(string path, string code, string field) =>
        Refused(await night.Desk.GetAsync(path), HttpStatusCode.UnprocessableEntity, code, field);

    [Theory]
    [InlineData("""{"association":"setagaya","complaints":"発熱"}""", "complaints")]
    [InlineData("""{"association":"setagaya","patient":{"birthday":"1940-01-02"}}""", "patient.birthday")]
    public async Task UnknownField_IsRefusedByItsName(string body, string field) =>
        Refused(await PostAsync(Cases, body), HttpStatusCode.UnprocessableEntity, "unknown-field", field);

    [Theory]
    [InlineData("no json", HttpStatusCode.BadRequest, "malformed-request", null)]
    [InlineData("""{"note":"x"}""", HttpStatusCode.UnprocessableEntity, "unknown-field", "note")]
    [InlineData("{}", HttpStatusCode.NotFound, "report.not-found", null)]
    [InlineData("", HttpStatusCode.NotFound, "report.not-found", null)]
    public async Task CommandWithoutFields_LooksAtItsBodyAllTheSame(string body, HttpStatusCode status, string code, string? field) =>
        Refused(await PostAsync($"/api/v1/reports/{Guid.NewGuid()}/acknowledge", body, night.Clinic()), status, code, field);

    [Theory]
    [InlineData("application/json; charset=shift_jis")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("text/plain")]
    public async Task ContentOfAnotherKind_IsUnsupported(string type) =>
        Refused(await PostAsync(Cases, """{"association":"setagaya"}""", contentType: type), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

    [Fact]
    public async Task ContentNamedAsUtf8_IsRead() =>
        (await PostAsync(Cases, """{"association":"setagaya"}""", contentType: "application/json; charset=UTF-8")).Expect(HttpStatusCode.Created);

    [Fact]
    public async Task Method_ThatTheAddressDoesNotTake_SaysSo() => Refused(
        await night.Desk.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Cases)), HttpStatusCode.MethodNotAllowed, "method-not-allowed");

    [Fact]
    public async Task IdempotencyKey_ThatIsTooLong_SaysSo() => Refused(
        await night.Desk.PostAsync(Cases, Association.Setagaya.Call(), new string('k', IdempotencyKey.MaxLength + 1)),
        HttpStatusCode.BadRequest, "idempotency-key-too-long", ApiCommand.Header);

    [Fact]
    public async Task UnknownHost_IsRefusedAsAProblem()
    {
        using var api = portal.Node.Api("demo.desk.operator", "nowhere.localhost");

        Refused(await api.GetAsync(Cases), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task UnknownKey_IsToldAboutKeys()
    {
        using var api = portal.Node.Api("no-such-key");

        Assert.Contains("API キー", (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized).Text("title"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "見つかりません")]
    [InlineData("ja,en;q=0.5", "見つかりません")]
    [InlineData("fr", "見つかりません")]
    [InlineData("en-GB,en;q=0.9", "not found")]
    public async Task Refusal_IsInTheCallersLanguage(string? languages, string words)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Cases}/{Guid.NewGuid()}");
        if (languages is not null)
        {
            request.Headers.Add("Accept-Language", languages);
        }

        Assert.Contains(words, (await night.Desk.SendAsync(request)).Expect(HttpStatusCode.NotFound).Text("title"), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<ApiAnswer> PostAsync(string path, string body, ApiClient? caller = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add(ApiCommand.Header, Guid.NewGuid().ToString());
        return await (caller ?? night.Desk).SendAsync(request);
    }

    private static void Refused(ApiAnswer answer, HttpStatusCode status, string code, string? field = null)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(field is null ? [] : [field], answer.Body.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Select(e => e.Name) : []);
    }
}
