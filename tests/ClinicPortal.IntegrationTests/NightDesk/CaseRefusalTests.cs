using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>What the night does not allow, and how it says so.</summary>
public sealed class CaseRefusalTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly Association Here = Association.Setagaya;

    private PortalNode Node => portal.Node;

    [Fact]
    public async Task Accept_ASecondTime_IsRefused()
    {
        var (_, dispatch) = await Here.OfferAsync(Node);
        using var doctor = Node.Api(Here.Doctor);
        (await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/accept")).Expect(HttpStatusCode.OK);

        Refused(await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/accept"), HttpStatusCode.Conflict, "dispatch.already-answered");
    }

    [Fact]
    public async Task Steps_OutOfOrder_AreRefused()
    {
        var (_, dispatch) = await Here.OfferAsync(Node);
        using var doctor = Node.Api(Here.Doctor);

        Refused(await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/depart"), HttpStatusCode.Conflict, "dispatch.not-accepted");
        Refused(await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/arrive"), HttpStatusCode.Conflict, "dispatch.not-departed");
        Refused(await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/complete"), HttpStatusCode.Conflict, "dispatch.not-arrived");
    }

    [Fact]
    public async Task Decline_WithoutAReason_NamesTheField()
    {
        var (_, dispatch) = await Here.OfferAsync(Node);
        using var doctor = Node.Api(Here.Doctor);

        Refused(await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/decline"), HttpStatusCode.UnprocessableEntity, "dispatch.decline-needs-reason", "reason");
    }

    [Fact]
    public async Task Job_OfAnotherDoctor_DoesNotExist()
    {
        var (subject, dispatch) = await Here.OfferAsync(Node);
        foreach (var stranger in new[] { Here.OtherDoctor, Association.Tamagawa.Doctor, Association.Koto.Doctor })
        {
            using var api = Node.Api(stranger);
            Refused(await api.PostAsync($"/api/v1/dispatches/{dispatch}/accept"), HttpStatusCode.NotFound, "dispatch.not-found");
            Refused(await api.GetAsync($"/api/v1/dispatches/{dispatch}"), HttpStatusCode.NotFound, "dispatch.not-found");
            Refused(await api.GetAsync($"/api/v1/cases/{subject}"), HttpStatusCode.NotFound, "case.not-found");
            Refused(await api.GetAsync($"/api/v1/cases/{subject}/events"), HttpStatusCode.NotFound, "case.not-found");
        }
    }

    [Fact]
    public async Task Case_OfAnotherAssociation_AnswersLikeOneThatDoesNotExist()
    {
        var (subject, dispatch) = await Here.OfferAsync(Node);
        using var koto = Node.Api("demo.koto.clinic1");
        foreach (var (foreign, missing) in new[] { (subject, Guid.NewGuid()), (subject, Guid.Empty) })
        {
            Assert.Equal(Told(await koto.GetAsync($"/api/v1/cases/{missing}")), Told(await koto.GetAsync($"/api/v1/cases/{foreign}")));
            foreach (var (verb, body) in new[]
            {
                ("triage", new { level = "red" }), ("outcome", (object)new { outcome = "home-visit" }), ("dispatches", new { unitId = Association.Koto.Unit }),
            })
            {
                Refused(await koto.PostAsync($"/api/v1/cases/{foreign}/{verb}", body), HttpStatusCode.NotFound, "case.not-found");
                Refused(await koto.PostAsync($"/api/v1/cases/{missing}/{verb}", body), HttpStatusCode.NotFound, "case.not-found");
            }
        }
        Refused(await koto.PostAsync($"/api/v1/dispatches/{dispatch}/withdraw"), HttpStatusCode.NotFound, "dispatch.not-found");
    }

    [Fact]
    public async Task Case_OfAnotherClinic_DoesNotExist()
    {
        var opened = await Here.OpenCaseAsync(Node, await Here.PatientAsync(portal));
        using var own = Node.Api("demo.setagaya.clinic1");
        using var other = Node.Api("demo.setagaya.clinic2");

        (await own.GetAsync($"/api/v1/cases/{opened.Id}")).Expect(HttpStatusCode.OK);
        Refused(await other.GetAsync($"/api/v1/cases/{opened.Id}"), HttpStatusCode.NotFound, "case.not-found");
    }

    [Fact]
    public async Task TenantHost_NarrowsWhatTheDeskSees()
    {
        var opened = await Here.OpenCaseAsync(Node);
        using var onTamagawa = Node.Api(Here.Desk, "tamagawa.localhost");

        Refused(await onTamagawa.GetAsync($"/api/v1/cases/{opened.Id}"), HttpStatusCode.NotFound, "case.not-found");
    }

    [Fact]
    public async Task Level_Lowered_NeedsAReason()
    {
        var opened = await Here.OpenCaseAsync(Node);
        using var desk = Node.Api(Here.Desk);
        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "orange" })).Expect(HttpStatusCode.OK);

        Refused(
            await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "green" }),
            HttpStatusCode.UnprocessableEntity, "case.lowering-needs-reason", "reason");
        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "green", reason = "解熱した" })).Expect(HttpStatusCode.OK);
        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "red" })).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unit_BeforeAVisitIsDecided_IsRefused()
    {
        var opened = await Here.OpenCaseAsync(Node);
        using var desk = Node.Api(Here.Desk);

        Refused(await desk.PostAsync($"/api/v1/cases/{opened.Id}/dispatches"), HttpStatusCode.Conflict, "dispatch.no-visit-decided");
        Refused(await desk.PostAsync($"/api/v1/cases/{opened.Id}/outcome", new { outcome = "home-visit", doctorName = "山田" }), HttpStatusCode.Conflict, "case.not-triaged");
    }

    [Fact]
    public async Task SecondUnit_ForTheSameCase_IsRefused()
    {
        var (subject, dispatch) = await Here.OfferAsync(Node);
        using var desk = Node.Api(Here.Desk);
        Refused(await desk.PostAsync($"/api/v1/cases/{subject}/dispatches"), HttpStatusCode.Conflict, "dispatch.already-assigned");
        using var doctor = Node.Api(Here.Doctor);
        (await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/accept")).Expect(HttpStatusCode.OK);

        Refused(await desk.PostAsync($"/api/v1/cases/{subject}/dispatches"), HttpStatusCode.Conflict, "dispatch.already-assigned");
    }

    [Fact]
    public async Task Units_AskedForTheSameCaseAtOnce_OneIsAsked()
    {
        var subject = await Here.CaseToVisitAsync(Node);
        using var desk = Node.Api(Here.Desk);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => desk.PostAsync($"/api/v1/cases/{subject}/dispatches")));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Refused(a, HttpStatusCode.Conflict, "dispatch.already-assigned"));
    }

    [Fact]
    public async Task AnswersOfTheUnit_AtOnce_OneCounts()
    {
        var (_, dispatch) = await Here.OfferAsync(Node);
        using var doctor = Node.Api(Here.Doctor);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n =>
            doctor.PostAsync($"/api/v1/dispatches/{dispatch}/{(n % 2 == 0 ? "accept" : "decline")}", new { reason = "別の診療に対応している" })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal(HttpStatusCode.Conflict, a.Status));
    }

    [Fact]
    public async Task Decline_OfTheCase_TakesOnlyTheAssociationsReasons()
    {
        var opened = await Here.OpenCaseAsync(Node);
        using var desk = Node.Api(Here.Desk);
        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "white" })).Expect(HttpStatusCode.OK);

        Refused(
            await desk.PostAsync($"/api/v1/cases/{opened.Id}/outcome", new { outcome = "declined", reason = "気分", doctorName = "山田" }),
            HttpStatusCode.UnprocessableEntity, "case.decline-reason", "reason");
        Assert.Equal("declined", (await desk.PostAsync(
            $"/api/v1/cases/{opened.Id}/outcome", new { outcome = "declined", reason = "callerWithdrew", doctorName = "山田" })).Text("status"));
    }

    [Fact]
    public async Task Decision_OfTwoDoctors_IsRefused()
    {
        var opened = await Here.OpenCaseAsync(Node);
        using var desk = Node.Api(Here.Desk);
        (await desk.PostAsync($"/api/v1/cases/{opened.Id}/triage", new { level = "orange" })).Expect(HttpStatusCode.OK);

        Refused(
            await desk.PostAsync($"/api/v1/cases/{opened.Id}/outcome", new { outcome = "home-visit", doctorId = StableId.Of("setagaya", "doctor1"), doctorName = "山田" }),
            HttpStatusCode.UnprocessableEntity, "case.doctor-twice", "doctorName");
    }

    [Fact]
    public async Task ReasonsOfADecline_AreListed_WithinTheCallersScope()
    {
        using var desk = Node.Api(Here.Desk);

        Assert.Contains("callerWithdrew", (await desk.GetAsync("/api/v1/associations/setagaya/decline-reasons")).Expect(HttpStatusCode.OK)
            .Body.EnumerateArray().Select(reason => reason.GetProperty("code").GetString()));
        Refused(await desk.GetAsync("/api/v1/associations/koto/decline-reasons"), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Patient_KnownByBlanksOnly_IsUnknown()
    {
        using var desk = Node.Api(Here.Desk);
        var opened = (await desk.PostAsync("/api/v1/cases", new { association = "setagaya", patient = new { name = " ", kana = "さとう", phone = "" } }))
            .Expect(HttpStatusCode.Created);

        var patient = (await desk.GetAsync(opened.Location!)).Body.GetProperty("patient");
        Assert.Equal((null, "サトウ", null), (patient.GetProperty("name").GetString(), patient.GetProperty("kana").GetString(), patient.GetProperty("phone").GetString()));
        Refused(
            await desk.PostAsync("/api/v1/cases", new { association = "setagaya", patient = new { birthDate = "2026-11-23" } }),
            HttpStatusCode.UnprocessableEntity, "impossible-birth-date", "patient.birthDate");
    }

    private static void Refused(ApiAnswer answer, HttpStatusCode status, string code, string? field = null)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(field is not null, answer.Body.TryGetProperty("errors", out var errors) && errors.TryGetProperty(field ?? "", out _));
    }

    /// <summary>All that an answer tells, but for the number of the request.</summary>
    private static string Told(ApiAnswer answer) =>
        $"{answer.Status} {string.Join(", ", answer.Body.EnumerateObject().Where(p => p.Name != "traceId").Select(p => p.ToString()))}";
}
