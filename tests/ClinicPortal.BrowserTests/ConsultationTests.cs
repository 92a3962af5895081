using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;

namespace ClinicPortal.BrowserTests;

/// <summary>An online consultation with real browsers, whose cameras and microphones are made up.</summary>
public sealed class ConsultationTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Patient_Waits_IsAdmitted_AndBothSeeEachOther()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await using var patient = await Attendee.OpenLinkAsync(chromium, portal.Node, consultation.Host, consultation.Patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        await using var doctor = await Attendee.DoctorAsync(chromium, portal.Node, consultation);

        await doctor.StepAsync("admit");

        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        Assert.Equal("call", await patient.Page.Locator("[data-room]").GetAttributeAsync("data-phase"));
    }
}
