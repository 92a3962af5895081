using System.Runtime.InteropServices;
using ClinicPortal.Benchmarks.Load;
using ClinicPortal.Benchmarks.Serving;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>Every measurement of a round, on every site, and what they come to.</summary>
internal sealed class Measurements(DeskOptions options, IReadOnlyList<RunningSite> sites)
{
    private const string Board = "/board";
    private const int MostRoundTrips = 4;
    private const int FewestWarming = 4;
    private const int MostWarming = 10;
    private static readonly string BoardHost = $"{SiteIds.Desk(0)}.localhost";
    private static readonly string SharedHost = $"{SiteIds.SharedDesk}.localhost";
    private static readonly string BoardCookie = Secrets.Cookie(Secrets.Board);
    private static readonly string SharedCookie = Secrets.Cookie(Secrets.SharedBoard);

    private readonly Dictionary<RunningSite, (Pair Cases, Pair Board)> pairs = sites.ToDictionary(s => s, _ => (new Pair(), new Pair()));
    private readonly List<(PushTimes Portal, PushTimes Bare)> pushes = [];
    private (int Warm, int AfterPause) roundTrips;

    /// <summary>The smallest site that has enough associations for each call's push to be known by its topic.</summary>
    private RunningSite? Live => sites.FirstOrDefault(s => s.Site.Shape.Associations >= Site.SharedAssociations);

    /// <summary>The floor's board must be the page's, and the page must not ask the database too often.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!Measures("board"))
        {
            return;
        }
        foreach (var site in sites)
        {
            await BoardCheck.RunAsync(site.Browser, BoardHost, BoardCookie, cancellationToken);
        }
        roundTrips = await BoardCheck.RoundTripsAsync(sites[0].Browser, BoardHost, BoardCookie, cancellationToken);
    }

    /// <summary>Until a portal gets no faster: its code is compiled anew, better, while it runs.</summary>
    public async Task WarmAsync(double seconds, CancellationToken cancellationToken)
    {
        foreach (var site in sites)
        {
            if (Measures("cases"))
            {
                await WarmAsync(() => PostAsync(site, seconds, cancellationToken));
                await InsertAsync(site, seconds, cancellationToken);
            }
            if (Measures("board"))
            {
                await WarmAsync(() => ReadAsync(site, Board, seconds, cancellationToken));
                await WarmAsync(() => ReadAsync(site, BoardFloor.Path, seconds, cancellationToken));
            }
        }
    }

    private async Task WarmAsync(Func<Task<LoadResult>> measure)
    {
        var best = 0.0;
        for (var times = 0; times < (options.Quick ? 1 : MostWarming); times++)
        {
            var now = (await measure()).PerSecond;
            if (times >= FewestWarming && now < best * 1.02)
            {
                return;
            }
            best = Math.Max(best, now);
        }
    }

    /// <summary>Every other round goes backwards: a machine that tires, or is slowed down after a while, wrongs nobody.</summary>
    public async Task RoundAsync(int round, CancellationToken cancellationToken)
    {
        var forwards = round % 2 == 1;
        foreach (var site in forwards ? sites : sites.Reverse())
        {
            if (Measures("cases"))
            {
                pairs[site].Cases.Add(await BothAsync(forwards, () => PostAsync(site, options.Seconds, cancellationToken), () => InsertAsync(site, options.Seconds, cancellationToken)));
            }
            if (Measures("board"))
            {
                pairs[site].Board.Add(await BothAsync(
                    forwards, () => ReadAsync(site, Board, options.Seconds, cancellationToken), () => ReadAsync(site, BoardFloor.Path, options.Seconds, cancellationToken)));
            }
        }
        if (Measures("live") && Live is { } live)
        {
            pushes.Add((await WatchCasesAsync(live, cancellationToken), await WatchNotificationsAsync(live, cancellationToken)));
        }
    }

    private static async Task<(LoadResult Portal, LoadResult Floor)> BothAsync(bool forwards, Func<Task<LoadResult>> portal, Func<Task<LoadResult>> floor)
    {
        if (forwards)
        {
            return (await portal(), await floor());
        }
        var below = await floor();
        return (await portal(), below);
    }

    public DeskReport Report(string postgres, string fsync)
    {
        var live = pushes.Count == 0 ? null : new LiveFigures(
            PushFigures.Of([.. pushes.Select(p => p.Portal)]), PushFigures.Of([.. pushes.Select(p => p.Bare)]),
            Pair.Median(pushes.Select(p => p.Portal.FromAnswer.P99 / p.Bare.FromAnswer.P99)),
            Pair.Median(pushes.Select(p => p.Portal.FromSending.P99 / p.Bare.FromSending.P99)));
        return new DeskReport(
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}", postgres, fsync, options,
            [.. sites.Select(s => new SiteFigures(s.Site.Shape.Associations, options.Patients, pairs[s].Cases.Figures, pairs[s].Board.Figures))],
            live, roundTrips.Warm, roundTrips.AfterPause, [.. Targets(live)]);
    }

    private IEnumerable<Target> Targets(LiveFigures? live)
    {
        if (Measures("board"))
        {
            yield return RoundTripsOf("(b) round trips of the board", roundTrips.Warm);
            yield return RoundTripsOf("(b) round trips of the board after a pause", roundTrips.AfterPause);
        }
        if (options.Quick)
        {
            yield break;
        }
        foreach (var site in sites)
        {
            var associations = site.Site.Shape.Associations;
            if (Measures("cases"))
            {
                yield return AtLeast($"(a) POST /cases beside its floor, {associations} associations", pairs[site].Cases.Ratio, 0.30);
            }
            if (Measures("board"))
            {
                yield return AtLeast($"(b) board beside its floor, {associations} associations", pairs[site].Board.Ratio, 0.5);
            }
        }
        if (live is not null)
        {
            yield return AtMost("(c) p99 from answer to push beside bare NOTIFY → WebSocket", live.RatioP99, 3);
        }
        if (sites is [var smallest, .., var largest])
        {
            if (Measures("cases"))
            {
                yield return AtMost($"(d) POST /cases, {smallest.Site.Shape.Associations} beside {largest.Site.Shape.Associations} associations", Slower(pairs[smallest].Cases, pairs[largest].Cases), 1.3);
            }
            if (Measures("board"))
            {
                yield return AtMost($"(d) board, {smallest.Site.Shape.Associations} beside {largest.Site.Shape.Associations} associations", Slower(pairs[smallest].Board, pairs[largest].Board), 1.3);
            }
        }
    }

    private bool Measures(string what) => options.Only.Contains(what);

    private Task<LoadResult> PostAsync(RunningSite site, double seconds, CancellationToken cancellationToken) =>
        site.MeasureCasesAsync(new PostCases(site.Port, site.Site.Shape, DeskOptions.Clients, seconds), DeskOptions.Clients, cancellationToken);

    private Task<LoadResult> InsertAsync(RunningSite site, double seconds, CancellationToken cancellationToken) =>
        site.MeasureCasesAsync(new InsertCases(site.Site.Connections.App, site.Site.Shape, DeskOptions.Clients, seconds), DeskOptions.Clients, cancellationToken);

    private Task<LoadResult> ReadAsync(RunningSite site, string path, double seconds, CancellationToken cancellationToken) =>
        site.MeasureAsync(new ReadPage(site.Port, BoardHost, path, BoardCookie, DeskOptions.Clients, seconds), cancellationToken);

    private async Task<PushTimes> WatchCasesAsync(RunningSite site, CancellationToken cancellationToken)
    {
        var token = BrowserView.LiveToken(await site.Browser.ReadAsync(SharedHost, Board, SharedCookie, cancellationToken));
        var plan = new WatchCases(
            site.Port, SharedHost, SharedCookie, token, site.Site.Shape, Site.SharedAssociations, DeskOptions.Browsers, DeskOptions.PostsPerSecond, options.Seconds * 2);
        return Complete(await site.MeasureCasesAsync(plan, 0, cancellationToken));
    }

    private async Task<PushTimes> WatchNotificationsAsync(RunningSite site, CancellationToken cancellationToken) => Complete(await site.MeasureAsync(
        new WatchNotifications(site.Port, site.Site.Connections.App, DeskOptions.Browsers, DeskOptions.PostsPerSecond, options.Seconds * 2), cancellationToken));

    private static PushTimes Complete(LoadResult result) => result.Push is { Missing: 0 } push
        ? push
        : throw new InvalidOperationException($"{result.Push?.Missing} pushes never came.");

    private static double Slower(Pair few, Pair many) => Pair.Median(few.PerSecond.Zip(many.PerSecond, (one, other) => one / other));

    private static Target RoundTripsOf(string name, int value) => new(name, value, $"≤ {MostRoundTrips}", value <= MostRoundTrips);

    private static Target AtLeast(string name, double value, double bound) => new(name, value, $"≥ {bound:0.00}", value >= bound);

    private static Target AtMost(string name, double value, double bound) => new(name, value, $"≤ {bound:0.00}", value <= bound);
}
