using System.Text.Json;
using ClinicPortal.Benchmarks.Load;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>A site with its portal and its load, each in a process of its own.</summary>
internal sealed class RunningSite : IAsyncDisposable
{
    private readonly Child portal;
    private readonly Child load;

    private RunningSite(Site site, Child portal, int port)
    {
        (Site, this.portal, Port) = (site, portal, port);
        load = Child.Start(["load"]);
        Browser = new BrowserView(port);
    }

    public Site Site { get; }

    public int Port { get; }

    public BrowserView Browser { get; }

    public static async Task<RunningSite> StartAsync(Site site, TestBed bed, CancellationToken cancellationToken)
    {
        var portal = Child.Start(
            ["serve", "--urls", "http://127.0.0.1:0", "--TenantsDirectory", bed.NoTenants, "--PaperDirectory", bed.PaperOf(site), "--Audit:AnchorDirectory", bed.AnchorsOf(site), "--Logging:LogLevel:Default", "Warning"],
            new Dictionary<string, string>
            {
                ["ConnectionStrings__Portal"] = site.Connections.App,
                ["ConnectionStrings__PortalOwner"] = site.Connections.Owner,
                ["Encryption__MasterKeys"] = TestBed.MasterKey,
            });
        return new RunningSite(site, portal, int.Parse(await portal.ReadLineAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <exception cref="InvalidOperationException">An answer was wrong: a figure of wrong answers means nothing.</exception>
    public async Task<LoadResult> MeasureAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        await load.WriteLineAsync(JsonSerializer.Serialize(plan, JsonSerializerOptions.Web), cancellationToken);
        var result = JsonSerializer.Deserialize<LoadResult>(await load.ReadLineAsync(cancellationToken), JsonSerializerOptions.Web)!;
        return result.Wrong is null ? result : throw new InvalidOperationException(result.Wrong);
    }

    /// <summary>As <see cref="MeasureAsync"/> for a plan that opens cases; each that was acknowledged must be there, once, and none of them stays.</summary>
    /// <param name="before">Opened by warming each client up.</param>
    public async Task<LoadResult> MeasureCasesAsync(LoadPlan plan, int before, CancellationToken cancellationToken)
    {
        var result = await MeasureAsync(plan, cancellationToken);
        var (cases, numbersAreUnique) = await Site.CountAsync(cancellationToken);
        if (cases < result.Done + before || !numbersAreUnique)
        {
            throw new InvalidOperationException(
                $"{result.Done + before} cases were acknowledged, {cases} are there with all their rows; no number twice: {numbersAreUnique}.");
        }
        await Site.SweepAsync(cancellationToken);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await load.DisposeAsync();
        await portal.DisposeAsync();
    }
}
