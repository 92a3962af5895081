using System.Globalization;
using ClinicPortal.Benchmarks.Serving;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>What must be true of the board before its speed means anything.</summary>
internal static class BoardCheck
{
    private const int Attempts = 10;

    /// <summary>Longer than the portal remembers who a session is.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(11);

    /// <summary>The floor answers what the page answers. Clocks move on by the second, so the two are asked until both fall into one.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static async Task RunAsync(BrowserView browser, string host, string cookie, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var page = BrowserView.Comparable(await browser.ReadAsync(host, "/board", cookie, cancellationToken));
            var floor = BrowserView.Comparable(await browser.ReadAsync(host, BoardFloor.Path, cookie, cancellationToken));
            if (page == floor)
            {
                return;
            }
            if (attempt == Attempts)
            {
                var at = page.AsSpan().CommonPrefixLength(floor);
                throw new InvalidOperationException($"The floor's board is not the page's.\npage:  {Around(page, at)}\nfloor: {Around(floor, at)}");
            }
        }
    }

    /// <returns>For a session that asked just now, and for one that paused, whose rights are looked up again.</returns>
    public static async Task<(int Warm, int AfterPause)> RoundTripsAsync(BrowserView browser, string host, string cookie, CancellationToken cancellationToken)
    {
        await CountAsync();
        var warm = await CountAsync();
        await Task.Delay(Pause, cancellationToken);
        return (warm, await CountAsync());

        async Task<int> CountAsync() => int.Parse(await browser.ReadAsync(host, RoundTrips.Path, cookie, cancellationToken), CultureInfo.InvariantCulture);
    }

    private static string Around(string html, int at) => html[Math.Max(0, at - 80)..Math.Min(html.Length, at + 120)];
}
