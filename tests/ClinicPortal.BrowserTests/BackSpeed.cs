using System.Net;
using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClinicPortal.BrowserTests;

/// <summary>
/// How long it takes from the return of a patient's network, which was away for five seconds, until patient and doctor see each other again.
/// A benchmark, not a test: it runs when asked for by name and only tells figures.
/// </summary>
public sealed class BackSpeed(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const int Rounds = 6;
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(5);

    [Fact(Explicit = true)]
    public async Task FromTheReturnOfTheNetworkToTheNextPicture()
    {
        await using var relay = await Coturn.StartAsync();
        await using var wire = new Wire(new IPEndPoint(relay.Address, relay.Port));
        await using var node = await PortalNode.StartAsync(portal.Database, portal.Clock, services =>
            services.Replace(ServiceDescriptor.Singleton(Options.Create(relay.Options("udp", wire)))));
        var consultation = await BookedConsultation.BookAsync(node, portal.Database);
        await using var patient = await Attendee.OpenLinkAsync(chromium, node, consultation.Host, consultation.Patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        await using var doctor = await Attendee.DoctorAsync(chromium, node, consultation);
        await doctor.StepAsync("admit");
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(patient.SeesAsync(40), doctor.SeesAsync(40));
            wire.Cut(consultation.Patient.Participant);
            await patient.CutAsync();
            var over = Task.Delay(Cut, TestContext.Current.CancellationToken);
            await Task.WhenAll(patient.SeesNothingAsync(), doctor.SeesNothingAsync());
            await Task.WhenAll(patient.AwaitPicturesAsync(1), doctor.AwaitPicturesAsync(1));
            await over;
            var mended = TimeProvider.System.GetUtcNow();
            wire.Mend();
            await patient.LetBackAsync();
            var (patients, doctors) = (await patient.PicturesAgainAsync() - mended, await doctor.PicturesAgainAsync() - mended);
            await patient.Page.GetByText("診察中です").First.WaitForAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"patient {patients.TotalMilliseconds:0} ms, doctor {doctors.TotalMilliseconds:0} ms; in the room after {(TimeProvider.System.GetUtcNow() - mended).TotalMilliseconds:0} ms at most");
        }
    }
}
