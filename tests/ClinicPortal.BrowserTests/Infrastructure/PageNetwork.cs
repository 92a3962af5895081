using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>
/// The network of one person's page as the browser emulates it: cut, not a packet of picture or sound passes in either direction, whichever way they take;
/// no address answers, and every connection to the portal is gone. Nobody else's page notices but by that.
/// </summary>
public sealed class PageNetwork
{
    private readonly Person person;
    private readonly ICDPSession session;

    private PageNetwork(Person person, ICDPSession session) => (this.person, this.session) = (person, session);

    /// <summary>Before the page makes the connections that are to be cut: those that it has already pass by.</summary>
    public static async Task<PageNetwork> OfAsync(Person person)
    {
        var session = await person.Page.Context.NewCDPSessionAsync(person.Page);
        await session.SendAsync("Network.enable");
        var network = new PageNetwork(person, session);
        await network.LoseAsync(0);
        return network;
    }

    public async Task CutAsync()
    {
        await LoseAsync(100);
        await person.CutAsync();
    }

    public async Task MendAsync()
    {
        await LoseAsync(0);
        await person.LetBackAsync();
    }

    /// <summary>The way is bad: some of picture and sound gets lost.</summary>
    /// <param name="packetLoss">Of WebRTC, per cent.</param>
    public Task LoseAsync(int packetLoss) => session.SendAsync("Network.emulateNetworkConditionsByRule", new Dictionary<string, object>
    {
        // The empty pattern is the one that counts for connections between browsers.
        ["matchedNetworkConditions"] = new[] { new { urlPattern = "", latency = 0, downloadThroughput = -1, uploadThroughput = -1, packetLoss } },
        ["offline"] = false,
    });
}
