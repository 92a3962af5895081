using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>A command that is sent twice is done once, and answered alike.</summary>
public sealed class IdempotencyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly Association Here = Association.Setagaya;

    private PortalNode Node => portal.Node;

    [Fact]
    public async Task SameKey_WithTheSameBody_IsAnsweredWithTheSameBytes()
    {
        using var desk = Node.Api(Here.Desk);
        var key = Guid.NewGuid().ToString();

        var first = (await desk.PostAsync("/api/v1/cases", Here.Call(), key)).Expect(HttpStatusCode.Created);
        var casesAfterFirst = await CasesAsync();
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = (await desk.PostAsync("/api/v1/cases", Here.Call(), key)).Expect(HttpStatusCode.Created);

        Assert.Equal((first.Body.GetRawText(), first.Location), (second.Body.GetRawText(), second.Location));
        Assert.Equal(casesAfterFirst, await CasesAsync());
    }

    [Fact]
    public async Task SameKey_WithAnotherBodyOrPath_IsRefused()
    {
        using var desk = Node.Api(Here.Desk);
        var key = Guid.NewGuid().ToString();
        var id = (await desk.PostAsync("/api/v1/cases", Here.Call(), key)).Expect(HttpStatusCode.Created).Id;

        Assert.Equal("idempotency-key-reused", (await desk.PostAsync("/api/v1/cases", Association.Tamagawa.Call(), key)).Expect(HttpStatusCode.Conflict).Code);
        Assert.Equal("idempotency-key-reused", (await desk.PostAsync($"/api/v1/cases/{id}/triage", new { level = "orange" }, key)).Expect(HttpStatusCode.Conflict).Code);
    }

    [Fact]
    public async Task SameKey_OfAnotherCaller_IsAnotherKey()
    {
        using var desk = Node.Api(Here.Desk);
        using var koto = Node.Api(Association.Koto.Desk);
        var key = Guid.NewGuid().ToString();

        var first = (await desk.PostAsync("/api/v1/cases", Here.Call(), key)).Expect(HttpStatusCode.Created);
        var second = (await koto.PostAsync("/api/v1/cases", Association.Koto.Call(), key)).Expect(HttpStatusCode.Created);

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task SameKey_ManyTimesAtOnce_IsDoneOnce()
    {
        using var desk = Node.Api(Here.Desk);
        var before = await CasesAsync();
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => desk.PostAsync("/api/v1/cases", Here.Call(), key)));

        Assert.Single(answers.Select(a => $"{a.Status} {a.Location} {a.Body.GetRawText()}").Distinct());
        Assert.Equal(HttpStatusCode.Created, answers[0].Status);
        Assert.Equal(before + 1, await CasesAsync());
    }

    [Fact]
    public async Task StepThatCanBeTakenOnce_SentManyTimesAtOnceUnderOneKey_SucceedsForAll()
    {
        var subject = await Here.CaseToVisitAsync(Node);
        using var desk = Node.Api(Here.Desk);
        var (assign, accept) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        var offers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            desk.PostAsync($"/api/v1/cases/{subject}/dispatches", new { unitId = Here.Unit }, assign)));
        Assert.All(offers, offer => offer.Expect(HttpStatusCode.Created));
        var dispatch = Assert.Single(offers.Select(offer => offer.Id).Distinct());
        using var doctor = Node.Api(Here.Doctor);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => doctor.PostAsync($"/api/v1/dispatches/{dispatch}/accept", null, accept)));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.OK));
        Assert.Single(answers.Select(answer => answer.Body.GetRawText()).Distinct());
    }

    [Fact]
    public async Task RefusedCommand_MayBeRepairedUnderTheSameKey()
    {
        var opened = await Here.OpenCaseAsync(Node);
        using var desk = Node.Api(Here.Desk);
        var key = Guid.NewGuid().ToString();
        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { reason = "熱" }, key)).Expect(HttpStatusCode.UnprocessableEntity);

        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "yellow", reason = "熱" }, key)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_WithoutAKey_IsRefused()
    {
        using var desk = Node.Api(Here.Desk);

        Assert.Equal("idempotency-key-required", (await desk.PostAsync("/api/v1/cases", Here.Call(), "")).Expect(HttpStatusCode.BadRequest).Code);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData("null", "application/json")]
    public async Task BodyThatMayBeLeftOut_IsLeftOutInAnyWay(string? body, string? contentType)
    {
        var (_, dispatch) = await Here.OfferAsync(Node);
        using var doctor = Node.Api(Here.Doctor);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/dispatches/{dispatch}/accept");
        request.Headers.Add(ApiCommand.Header, Guid.NewGuid().ToString());
        request.Content = body is null ? null : new StringContent(body);
        request.Content?.Headers.ContentType = contentType is null ? null : new(contentType);

        Assert.Equal("accepted", (await doctor.SendAsync(request)).Expect(HttpStatusCode.OK).Text("state"));
    }

    private Task<long> CasesAsync() => portal.Database.ReadAsync<long>("SELECT count(*) FROM nightdesk.case");
}
