using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using ClinicPortal.Modules.Telehealth.Domain;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>Somebody in a consultation's room, whose browser counts what it sees.</summary>
public static class Attendee
{
    /// <summary>Keeps every RTCPeerConnection of the page where a test finds it.</summary>
    private const string Watch = """
        window.connections = [];
        window.RTCPeerConnection = class extends window.RTCPeerConnection {
          constructor(...values) { super(...values); window.connections.push(this); }
        };
        window.sockets = [];
        window.WebSocket = class extends window.WebSocket {
          constructor(...values) { super(...values); window.sockets.push(this); }
        };
        window.pictures = async () => {
          let frames = 0;
          for (const connection of window.connections) {
            if (connection.connectionState === "closed") continue;
            for (const stat of (await connection.getStats()).values()) if (stat.type === "inbound-rtp" && stat.kind === "video") frames += stat.framesDecoded ?? 0;
          }
          return frames;
        };
        // When pictures have come again by so many connections; what came before now does not count.
        window.awaitPictures = async others => {
          const decoded = async one => [...(await one.getStats()).values()].reduce((sum, stat) => sum + (stat.type === "inbound-rtp" && stat.kind === "video" ? stat.framesDecoded ?? 0 : 0), 0);
          const before = new Map(await Promise.all(window.connections.map(async one => [one, await decoded(one)])));
          window.again = (async () => {
            for (;;) {
              const open = window.connections.filter(one => one.connectionState !== "closed");
              const counts = await Promise.all(open.map(async one => await decoded(one) > (before.get(one) ?? 0)));
              if (counts.filter(has => has).length >= others) return Date.now();
              await new Promise(done => setTimeout(done, 20));
            }
          })();
        };
        """;

    /// <summary>Opens the link as a person does: with birth date and code.</summary>
    /// <param name="leadsTo">Begins the address of the page that is behind it.</param>
    public static async Task<Person> OpenLinkAsync(
        Chromium chromium, PortalNode node, string host, HandedLink link, bool dark = false, string name = "patient", string leadsTo = "/join/")
    {
        var person = await Person.ArriveAsync(chromium, node, phone: true, dark, name);
        await person.Page.AddInitScriptAsync(Watch);
        await person.GoToAsync(link.Path, host);
        await person.FillAsync("birthDate", link.BirthDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await person.FillAsync("code", link.Code);
        await person.Page.Locator("form[action^='/l/'] fluent-button").ClickAsync();
        await person.Page.WaitForURLAsync(url => new Uri(url).AbsolutePath.StartsWith(leadsTo, StringComparison.Ordinal));
        return person;
    }

    /// <summary>A guest says who they are and agrees to the rules.</summary>
    public static async Task IntroduceAsync(this Person guest, string name)
    {
        await guest.FillAsync("name", name);
        await guest.Page.Locator("fluent-checkbox[name=agrees]").ClickAsync();
        await guest.Page.Locator("form[action='/join/guest'] fluent-button").ClickAsync();
        await guest.Page.WaitForURLAsync(url => url.Contains("/join/room", StringComparison.Ordinal));
    }

    /// <summary>No address answers and every connection to the portal is gone, until the network is let back.</summary>
    public static async Task CutAsync(this Person person)
    {
        await person.Page.Context.SetOfflineAsync(true);
        await person.Page.EvaluateAsync("() => window.sockets.forEach(socket => socket.close())");
    }

    public static Task LetBackAsync(this Person person) => person.Page.Context.SetOfflineAsync(false);

    public static Task<Person> DoctorAsync(Chromium chromium, PortalNode node, BookedConsultation consultation, string doctor = "clinic1.doctor") =>
        ConductAsync(chromium, node, consultation.Host, $"{doctor}@{consultation.Association}.example", consultation.Id);

    /// <summary>The doctor signs in and opens the room.</summary>
    /// <param name="script">Runs before the page's own.</param>
    public static async Task<Person> ConductAsync(Chromium chromium, PortalNode node, string host, string email, Guid consultation, string script = "")
    {
        var person = await Person.SignInAsync(chromium, node, host, email);
        await person.Page.AddInitScriptAsync(Watch + script);
        await person.GoToAsync($"/consultations/{consultation}", host);
        await person.InPhaseAsync("call");
        return person;
    }

    /// <summary>A daughter comes by a link of her own and is let in.</summary>
    public static async Task<Person> JoinAsGuestAsync(Chromium chromium, PortalNode node, BookedConsultation consultation, Person doctor)
    {
        var guest = await OpenLinkAsync(chromium, node, consultation.Host, await consultation.InviteAsync(ParticipantRole.Family, "長女 良子"), name: "guest");
        await guest.EnterWaitingRoomAsync();
        await guest.InPhaseAsync("waiting");
        await doctor.Page.Locator("#guests form[action$='/admit'] fluent-button").ClickAsync();
        await guest.InPhaseAsync("call");
        return guest;
    }

    public static Task EnterWaitingRoomAsync(this Person person) => person.Page.Locator("[data-room-do=ready]").ClickAsync();

    public static Task InPhaseAsync(this Person person, string phase) => person.Page.Locator($"[data-room][data-phase={phase}]").WaitForAsync();

    /// <summary>The doctor's step, by its button.</summary>
    public static Task StepAsync(this Person doctor, string step) => doctor.Page.Locator($"form[action$='/{step}'] fluent-button").ClickAsync();

    /// <summary>Waits until so many pictures of others have been decoded that were not before.</summary>
    public static Task SeesAsync(this Person person, int frames = 20) => person.Page.EvaluateAsync("""
        async more => {
          const [wanted, deadline] = [await window.pictures() + more, Date.now() + 60000];
          while (await window.pictures() < wanted) {
            if (Date.now() > deadline) throw new Error("no picture: " + window.connections.map(one => one.connectionState + " " + one.signalingState).join());
            await new Promise(done => setTimeout(done, 50));
          }
        }
        """, frames);

    /// <summary>From now on waits for pictures; those that were there before do not count.</summary>
    /// <param name="others">From so many people there must be one then.</param>
    public static Task AwaitPicturesAsync(this Person person, int others) => person.Page.EvaluateAsync("others => window.awaitPictures(others)", others);

    /// <summary>When the pictures that were waited for have come.</summary>
    public static async Task<DateTimeOffset> PicturesAgainAsync(this Person person) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)await person.Page.EvaluateAsync<double>("() => window.again"));

    /// <summary>Waits until pictures of nobody come any more.</summary>
    public static Task SeesNothingAsync(this Person person) => person.Page.EvaluateAsync("""
        async () => {
          for (let before = -1, now = await window.pictures(); now !== before; before = now, now = await window.pictures()) await new Promise(done => setTimeout(done, 500));
        }
        """);

    /// <summary>Waits until the page sends its picture or sound so.</summary>
    /// <param name="how">A condition of its RTCRtpEncodingParameters, <c>encoding</c>.</param>
    public static Task SendsAsync(this Person person, string kind, string how) => person.Page.WaitForFunctionAsync(
        $"kind => {{ const encoding = window.connections.flatMap(one => one.getSenders()).findLast(one => one.track?.kind === kind)?.getParameters().encodings[0]; return encoding && {how}; }}", kind);

    /// <summary>Packets of sound that have come.</summary>
    public static Task<long> HeardAsync(this Person person) => person.Page.EvaluateAsync<long>("""
        async () => (await Promise.all(window.connections.map(async one => [...(await one.getStats()).values()]))).flat()
          .filter(one => one.type === "inbound-rtp" && one.kind === "audio").reduce((sum, one) => sum + one.packetsReceived, 0)
        """);

    /// <summary>Kinds of way that the page's connections have chosen, such as <c>relay udp</c>.</summary>
    public static Task<string[]> WaysAsync(this Person person) => person.Page.EvaluateAsync<string[]>("""
        async () => {
          const ways = [];
          for (const connection of window.connections) {
            if (connection.connectionState !== "connected") continue;
            const report = await connection.getStats();
            const transport = [...report.values()].find(stat => stat.type === "transport");
            const local = report.get(report.get(transport.selectedCandidatePairId).localCandidateId);
            ways.push(local.candidateType + " " + (local.relayProtocol ?? local.protocol));
          }
          return ways;
        }
        """);
}
