using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

/// <summary>
/// How long it takes from the doctor's press on "admit" until the patient sees the first picture, beside two bare pages of the same browser that find each
/// other without a server. A benchmark, not a test: it runs when asked for by name and only tells figures.
/// </summary>
public sealed class PictureSpeed(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const int Rounds = 7;

    /// <summary>When the first picture of somebody else is there.</summary>
    private const string AwaitPicture = """
        () => { window.first = new Promise(done => {
          const look = () => {
            const video = document.querySelector(".room-tile[data-person] video");
            video?.requestVideoFrameCallback(() => done(Date.now()));
            return video !== null;
          };
          if (look()) return;
          const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
          observer.observe(document.body, { childList: true, subtree: true });
        }); }
        """;

    private const string Bare = """
        async offers => {
          const bus = new BroadcastChannel("bare"), stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
          const video = document.createElement("video");
          [video.muted, video.autoplay] = [true, true];
          document.body.append(video);
          const connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
          window.first = new Promise(done => {
            connection.ontrack = ({ streams: [other] }) => { video.srcObject = other; video.requestVideoFrameCallback(() => done(Date.now())); };
          });
          connection.onicecandidate = ({ candidate }) => bus.postMessage({ from: offers, candidate: candidate?.toJSON() ?? null });
          const tell = () => bus.postMessage({ from: offers, description: connection.localDescription.toJSON() });
          bus.onmessage = async ({ data }) => {
            if (data.from === offers) return;
            if (data.candidate) await connection.addIceCandidate(data.candidate);
            if (!data.description) return;
            await connection.setRemoteDescription(data.description);
            if (offers) return;
            for (const track of stream.getTracks()) connection.addTrack(track, stream);
            await connection.setLocalDescription();
            tell();
          };
          window.begin = async () => {
            const began = Date.now();
            for (const track of stream.getTracks()) connection.addTrack(track, stream);
            await connection.setLocalDescription();
            tell();
            return began;
          };
        }
        """;

    [Fact(Explicit = true)]
    public async Task FromAdmittingToTheFirstPicture()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await using var patient = await Attendee.OpenLinkAsync(chromium, portal.Node, consultation.Host, consultation.Patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        await using var doctor = await Attendee.DoctorAsync(chromium, portal.Node, consultation);
        await using var somebody = await Person.ArriveAsync(chromium, portal.Node);
        var (room, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            await patient.Page.EvaluateAsync(AwaitPicture);
            await doctor.Page.Locator("form[action$='/admit'] fluent-button:not([disabled])").WaitForAsync();
            var pressed = await doctor.Page.EvaluateAsync<double>("""() => { const now = Date.now(); document.querySelector("form[action$='/admit'] fluent-button").click(); return now; }""");
            var seen = await patient.Page.EvaluateAsync<double>("() => window.first");
            var own = seen - pressed;
            await doctor.StepAsync("return");
            await patient.InPhaseAsync("waiting");
            var other = await BareAsync(somebody.Page.Context);
            // The first only warms up.
            if (round > 0)
            {
                room.Add(own);
                bare.Add(other);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"room {string.Join(' ', room)}; median {Median(room)} ms");
        TestContext.Current.TestOutputHelper?.WriteLine($"bare {string.Join(' ', bare)}; median {Median(bare)} ms; ratio {Median(room) / Median(bare):0.00}");
    }

    private async Task<double> BareAsync(IBrowserContext context)
    {
        var pages = new[] { await context.NewPageAsync(), await context.NewPageAsync() };
        foreach (var (page, offers) in pages.Zip([true, false]))
        {
            await page.GotoAsync(portal.Node.Url("/sign-in").ToString());
            await page.EvaluateAsync(Bare, offers);
        }
        var began = await pages[0].EvaluateAsync<double>("() => window.begin()");
        var seen = await pages[1].EvaluateAsync<double>("() => window.first");
        foreach (var page in pages)
        {
            await page.CloseAsync();
        }
        return seen - began;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
