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

    /// <summary>As the cameras of some systems are, which the browser's made-up ones are not.</summary>
    private const string CameraThatBlurs = """
        window.blurred = [];
        const blurred = new WeakMap(), { getCapabilities, getSettings, applyConstraints } = MediaStreamTrack.prototype;
        MediaStreamTrack.prototype.getCapabilities = function () {
          return { ...getCapabilities.call(this), ...(this.kind === "video" ? { backgroundBlur: [false, true] } : {}) };
        };
        MediaStreamTrack.prototype.getSettings = function () { return { ...getSettings.call(this), backgroundBlur: blurred.get(this) ?? false }; };
        MediaStreamTrack.prototype.applyConstraints = function ({ backgroundBlur, ...others }) {
          blurred.set(this, backgroundBlur);
          window.blurred.push(backgroundBlur);
          return applyConstraints.call(this, others);
        };
        """;

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

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Direct_ThePatientsNetworkIsAway_TheOthersGoOn_AndAllSeeEachOtherAgain(int people)
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await using var patient = await Attendee.OpenLinkAsync(chromium, portal.Node, consultation.Host, consultation.Patient);
        var network = await PageNetwork.OfAsync(patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        await using var doctor = await Attendee.DoctorAsync(chromium, portal.Node, consultation);
        await doctor.StepAsync("admit");
        await using var guest = people < 3 ? null : await Attendee.JoinAsGuestAsync(chromium, portal.Node, consultation, doctor);
        Person[] others = guest is null ? [doctor] : [doctor, guest];
        await Task.WhenAll(others.Append(patient).Select(person => person.SeesAsync(40)));
        Assert.Equal(Enumerable.Repeat("host udp", others.Length), await patient.WaysAsync());

        await network.CutAsync();
        var over = Task.Delay(Cut, TestContext.Current.CancellationToken);
        await patient.Page.GetByText("つなぎ直しています").First.WaitForAsync();
        await patient.SeesNothingAsync();
        if (guest is not null)
        {
            await Task.WhenAll(doctor.SeesAsync(), guest.SeesAsync());
        }
        await Task.WhenAll(others.Append(patient).Select(person => person.AwaitPicturesAsync(others.Length)));
        await over;
        await network.MendAsync();

        await Task.WhenAll(others.Append(patient).Select(person => person.PicturesAgainAsync()));
        await patient.Page.GetByText("診察中です").First.WaitForAsync();
    }

    [Fact]
    public async Task WhereMuchIsLost_ThePictureGetsSmaller_AndTheSoundStaysWhole()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await using var patient = await Attendee.OpenLinkAsync(chromium, portal.Node, consultation.Host, consultation.Patient);
        var network = await PageNetwork.OfAsync(patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        await using var doctor = await Attendee.DoctorAsync(chromium, portal.Node, consultation);
        await doctor.StepAsync("admit");
        await Task.WhenAll(patient.SeesAsync(40), doctor.SeesAsync(40));
        await patient.SendsAsync("video", "(encoding.scaleResolutionDownBy ?? 1) === 1");

        await network.LoseAsync(30);

        await patient.SendsAsync("video", "encoding.scaleResolutionDownBy >= 2");
        await patient.SendsAsync("audio", "encoding.active && encoding.maxBitrate === 40000 && encoding.networkPriority === 'high'");
        var spoken = await doctor.HeardAsync();
        await doctor.SeesAsync();
        Assert.True(await doctor.HeardAsync() > spoken);
    }

    [Fact]
    public async Task Background_IsBlurredByTheCamerasSystem_WhereItCan()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await using var patient = await WaitAsync(portal.Node, consultation);
        await using var doctor = await Attendee.ConductAsync(
            chromium, portal.Node, consultation.Host, $"clinic1.doctor@{consultation.Association}.example", consultation.Id, CameraThatBlurs);
        var button = doctor.Page.Locator(".room-tools [data-room-do=blur]");

        await button.ClickAsync();
        await doctor.Page.Locator(".room-tools [data-room-do=blur][aria-pressed=true]").WaitForAsync();
        Assert.Equal("true", await doctor.Page.EvaluateAsync<string>("() => window.blurred.join()"));
        await button.ClickAsync();
        await doctor.Page.Locator(".room-tools [data-room-do=blur][aria-pressed=false]").WaitForAsync();

        // Not where the camera cannot.
        Assert.Equal(0, await patient.Page.Locator("[data-room-do=blur]:visible").CountAsync());
    }

    private async Task<Person> WaitAsync(PortalNode node, BookedConsultation consultation)
    {
        var patient = await Attendee.OpenLinkAsync(chromium, node, consultation.Host, consultation.Patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        return patient;
    }
}
