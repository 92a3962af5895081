using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.NightDesk;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Reference;

/// <summary>The API's description, which is made from its endpoints, and the page that is drawn from it.</summary>
public sealed class OpenApiTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("desk.localhost")]
    [InlineData("koto.localhost")]
    public async Task Document_IsAnsweredOnEveryHost_WithTheApisRoutesOnly(string host)
    {
        var paths = (await DocumentAsync(host)).GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();

        Assert.Contains("/api/v1/cases", paths);
        Assert.All(paths, path => Assert.StartsWith("/api/v1/", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryOperation_SaysWhatItDoes_AndEveryPostItsKey()
    {
        foreach (var (path, method, operation) in Operations(await DocumentAsync("localhost")))
        {
            Assert.False(string.IsNullOrWhiteSpace(operation.GetProperty("summary").GetString()), $"{method} {path}");
            Assert.NotEmpty(operation.GetProperty("x-roles").EnumerateArray());
            Assert.DoesNotContain("Api", Assert.Single(operation.GetProperty("tags").EnumerateArray()).GetString(), StringComparison.Ordinal);
            var takesKey = operation.TryGetProperty("parameters", out var parameters)
                && parameters.EnumerateArray().Any(p => p.GetProperty("name").GetString() == ApiCommand.Header);
            // A search is sent by POST to keep its words out of addresses; it changes nothing.
            Assert.True(takesKey == (method == "post" && path != "/api/v1/patients/search"), $"{method} {path}");
        }
    }

    [Fact]
    public async Task Schemas_NameValuesAndWhatMustBeSent()
    {
        var schemas = (await DocumentAsync("localhost")).GetProperty("components").GetProperty("schemas");

        Assert.Equal(
            ["home-visit", "phone-advice", "video-visit", "ambulance", "next-day", "declined"],
            schemas.GetProperty("OutcomeKind").GetProperty("enum").EnumerateArray().Select(value => value.GetString()!));
        Assert.False(schemas.GetProperty("OpenCaseRequest").TryGetProperty("required", out _));
        Assert.Equal(["level"], Required("TriageRequest"));
        Assert.Equal(["outcome"], Required("OutcomeRequest"));
        Assert.Equal(Vitals.ComaScale, Field("Vitals", "consciousness").GetProperty("enum").EnumerateArray().Select(value => value.GetString()!));
        Assert.Equal(100, Field("CallerRequest", "name").GetProperty("maxLength").GetInt32());
        Assert.Equal(300, Field("UnregisteredPatient", "address").GetProperty("maxLength").GetInt32());
        Assert.False(schemas.GetProperty("CaseView").TryGetProperty("additionalProperties", out _));
        Assert.False(schemas.GetProperty("OpenCaseRequest").GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("string", Field("CaseReceipt", "receivedAt").GetProperty("type").GetString());
        Assert.Equal("date-time", Field("ReportRequest", "timeOfDeath").GetProperty("format").GetString());
        Assert.True(schemas.GetProperty("ProblemDetails").GetProperty("properties").TryGetProperty("code", out _));
        Assert.True(schemas.GetProperty("ProblemDetails").GetProperty("properties").TryGetProperty("errors", out _));

        JsonElement Field(string schema, string name) => schemas.GetProperty(schema).GetProperty("properties").GetProperty(name);

        IEnumerable<string?> Required(string schema) => schemas.GetProperty(schema).GetProperty("required").EnumerateArray()
            .Select(name => name.GetString()).Where(name => name is not "expectedDeath");
    }

    [Fact]
    public async Task ExampleOfANewCase_IsAccepted()
    {
        var example = (await DocumentAsync("localhost")).GetProperty("paths").GetProperty("/api/v1/cases").GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");
        using var desk = portal.Node.Api("demo.desk.operator");

        (await desk.PostAsync("/api/v1/cases", example)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task ReferencePage_HasEveryOperation_AndTheLineThatARefusalPointsAt()
    {
        using var browser = new Browser(portal.Node);
        var page = (await browser.OpenAsync(portal.Node.Url("/api/v1/reference"))).Document;
        foreach (var (_, _, operation) in Operations(await DocumentAsync("localhost")))
        {
            Assert.NotNull(page.GetElementById(operation.GetProperty("operationId").GetString()!));
        }
        using var desk = portal.Node.Api("demo.desk.operator");
        foreach (var refused in new[]
        {
            await desk.GetAsync($"/api/v1/cases/{Guid.NewGuid()}"), await desk.PostAsync("/api/v1/cases", new { }),
            await desk.PostAsync("/api/v1/cases", Association.Setagaya.Call(), ""), await desk.PostAsync("/api/v1/cases", new { channel = "pigeon" }),
        })
        {
            Assert.Equal($"/api/v1/reference#{refused.Code}", refused.Text("type"));
            Assert.NotNull(page.GetElementById(refused.Code!));
        }
    }

    [Theory]
    [InlineData("""{"association":"setagaya","caller":{"kind":"famly"}}""", "caller.kind")]
    [InlineData("""{"association":"setagaya","channel":1}""", "channel")]
    [InlineData("""{"patientId":"garbage"}""", "patientId")]
    [InlineData("""{"association":"setagaya","patient":{"birthDate":"1940-13-40"}}""", "patient.birthDate")]
    [InlineData("no json", null)]
    public async Task BodyThatCannotBeRead_NamesTheField(string body, string? field)
    {
        using var desk = portal.Node.Api("demo.desk.operator");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/cases") { Content = new StringContent(body, null, "application/json") };
        request.Headers.Add(ApiCommand.Header, Guid.NewGuid().ToString());

        var answer = (await desk.SendAsync(request)).Expect(HttpStatusCode.BadRequest);

        Assert.Equal("malformed-request", answer.Code);
        Assert.Equal(field is null ? [] : [field], answer.Body.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Select(e => e.Name) : []);
    }

    private async Task<JsonElement> DocumentAsync(string host)
    {
        using var anybody = portal.Node.Api(null!, host);
        return (await anybody.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK).Body;
    }

    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name, operation.Value);
}
