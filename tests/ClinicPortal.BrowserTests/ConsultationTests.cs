using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClinicPortal.BrowserTests;

/// <summary>
/// The ways that picture and sound of an online consultation take between real browsers, whose cameras and microphones are made up; every picture that is
/// counted was decoded.
/// </summary>
public sealed class ConsultationTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    /// <summary>As long as a relay may be away.</summary>
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(5);

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
}
