using System.Diagnostics;
using System.Text.RegularExpressions;
using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using ClinicPortal.Modules.Telehealth.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

/// <summary>An online consultation with real browsers, whose cameras and microphones are made up; every picture that is counted was decoded.</summary>
public sealed class ConsultationTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    /// <summary>What is asked for: five seconds without a network.</summary>
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Consultation_FromTheWaitingRoomToItsEnd_WithAGuestAndALostNetwork()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        var violations = new List<string>();
        await using var patient = await Attendee.OpenLinkAsync(chromium, portal.Node, consultation.Host, consultation.Patient);
        await patient.Page.Locator("[data-room-network][data-grade=good]").WaitForAsync();
        violations.AddRange(await patient.ViolationsAsync());
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        // Patients of the other tests may still be with the same doctor.
        await patient.Page.GetByText(new Regex("次の順番です|前に \\d+ 人")).First.WaitForAsync();
        violations.AddRange(await patient.ViolationsAsync());
        await using var doctor = await Attendee.DoctorAsync(chromium, portal.Node, consultation);
        violations.AddRange(await doctor.ViolationsAsync());

        await doctor.StepAsync("admit");
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        violations.AddRange(await patient.ViolationsAsync());

        await patient.FillAsync("text", "右足の傷が赤いです");
        await patient.Page.Locator("form[action='/join/room/chat'] fluent-button").ClickAsync();
        await doctor.Page.GetByText("右足の傷が赤いです").WaitForAsync();
        await patient.Page.Locator("input[name=photo]").SetInputFilesAsync(await PhotoAsync(patient.Page));
        await patient.Page.Locator("form[action='/join/room/photo'] fluent-button").ClickAsync();
        await doctor.Page.WaitForFunctionAsync("() => document.querySelector('.room-lines img')?.naturalWidth > 0");

        var invited = await consultation.InviteAsync(ParticipantRole.Family, "", agreed: false);
        await using var guest = await Attendee.OpenLinkAsync(chromium, portal.Node, consultation.Host, invited, dark: true, name: "guest");
        violations.AddRange(await guest.ViolationsAsync());
        await guest.IntroduceAsync("長女 良子");
        await guest.EnterWaitingRoomAsync();
        await guest.InPhaseAsync("waiting");
        await doctor.Page.Locator("#guests form[action$='/admit'] fluent-button").ClickAsync();
        await guest.InPhaseAsync("call");
        await Task.WhenAll(guest.SeesAsync(40), doctor.SeesAsync(40), patient.SeesAsync(40));
        violations.AddRange(await doctor.ViolationsAsync());
        Assert.Equal(2, await patient.Page.Locator(".room-tile[data-person]").CountAsync());

        await patient.CutAsync();
        await patient.Page.GetByText("つなぎ直しています").First.WaitForAsync();
        await Task.Delay(Cut, TestContext.Current.CancellationToken);
        await patient.LetBackAsync();
        var back = Stopwatch.StartNew();
        await patient.Page.GetByText("診察中です").First.WaitForAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"back after {back.ElapsedMilliseconds} ms");
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());

        // A page that is loaded anew finds its way back too.
        await patient.Page.ReloadAsync();
        await patient.InPhaseAsync("call");
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());

        await doctor.StepAsync("end");
        await doctor.Page.Locator("dialog[open] .button-primary").ClickAsync();
        await Task.WhenAll(patient.InPhaseAsync("over"), guest.InPhaseAsync("over"));
        Assert.Equal("Fulfilled", await portal.Database.ReadAsync<string>("SELECT status FROM telehealth.appointment WHERE id = $1", consultation.Id));
        Assert.True(violations.Count == 0, string.Join("\n", violations.Distinct()));
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Relayed_ThroughCoturn_TheySeeEachOther_AndComeBackAfterTheRelayWasAway(string transport)
    {
        await using var relay = await Coturn.StartAsync();
        await using var node = await PortalNode.StartAsync(portal.Database, portal.Clock, services =>
            services.Replace(ServiceDescriptor.Singleton(Options.Create(relay.Options(transport)))));
        var consultation = await BookedConsultation.BookAsync(node, portal.Database);
        await using var patient = await WaitAsync(node, consultation);
        await using var doctor = await Attendee.DoctorAsync(chromium, node, consultation);

        await doctor.StepAsync("admit");

        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        Assert.All((await patient.WaysAsync()).Concat(await doctor.WaysAsync()), way => Assert.Equal($"relay {transport}", way));
        relay.Stop();
        await Task.Delay(Cut, TestContext.Current.CancellationToken);
        relay.Continue();
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
    }

    [Fact]
    public async Task DoctorOnOneNode_AndPatientOnAnother_SeeEachOther()
    {
        var other = await portal.StartNodeAsync();
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await using var patient = await WaitAsync(other, consultation);
        await using var doctor = await Attendee.DoctorAsync(chromium, portal.Node, consultation);

        await doctor.StepAsync("admit");

        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        await doctor.StepAsync("return");
        await patient.InPhaseAsync("waiting");
        await doctor.StepAsync("admit");
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        await doctor.StepAsync("phone");
        await patient.Page.GetByText("電話に切り替えました").First.WaitForAsync();
        Assert.Equal("Phone", await portal.Database.ReadAsync<string>("SELECT mode FROM telehealth.appointment WHERE id = $1", consultation.Id));
    }

    private async Task<Person> WaitAsync(PortalNode node, BookedConsultation consultation)
    {
        var patient = await Attendee.OpenLinkAsync(chromium, node, consultation.Host, consultation.Patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        return patient;
    }

    /// <summary>As a phone would take one: a PNG here, which the page redraws.</summary>
    private static async Task<FilePayload> PhotoAsync(IPage page) => new()
    {
        Name = "wound.png",
        MimeType = "image/png",
        Buffer = Convert.FromBase64String(await page.EvaluateAsync<string>("""
            () => {
              const canvas = document.createElement("canvas");
              [canvas.width, canvas.height] = [640, 480];
              const pen = canvas.getContext("2d");
              pen.fillStyle = "#b33";
              pen.fillRect(100, 100, 400, 200);
              return canvas.toDataURL("image/png").split(",")[1];
            }
            """)),
    };
}
