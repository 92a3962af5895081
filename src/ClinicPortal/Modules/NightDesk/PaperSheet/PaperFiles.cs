using System.Diagnostics;
using System.Globalization;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Data.LocalPostgres;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace ClinicPortal.Modules.NightDesk.PaperSheet;

/// <summary>
/// Keeps the paper sheet as local files, for the night when server, network or power fail: for each desk, and each association
/// without one, <c>&lt;name&gt;-cases.html</c> after every change and <c>&lt;name&gt;-patients.html</c> every hour. They hold patients' data:
/// readable by the portal's own account only, and outside every folder that is served.
/// </summary>
/// <remarks>Setting <c>PaperDirectory</c>: where; <c>paper</c> in the data directory by default, empty to keep none.</remarks>
public sealed class PaperFiles(
    IServiceScopeFactory scopes, ITenantResolver tenants, LiveRelay live, DatabaseReadiness readiness, IConfiguration configuration,
    IHostEnvironment environment, TimeProvider clock, ILogger<PaperFiles> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PatientsEvery = TimeSpan.FromHours(1);

    private readonly string directory = configuration["PaperDirectory"]
        ?? Path.Combine(LocalPostgresOptions.From(configuration, environment).DataDirectory, "paper");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (directory.Length == 0)
        {
            return;
        }
        await readiness.WaitAsync(stoppingToken);
        var (allDue, patientsDue) = (clock.GetUtcNow(), clock.GetUtcNow());
        IReadOnlySet<string> changed = new HashSet<string>();
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            var (all, withPatients) = (now >= allDue, now >= patientsDue);
            foreach (var (name, served) in Sheets().Where(s => all || s.Served.Any(t => changed.Contains(LiveTopics.Board(t.Value)))).ToList())
            {
                var started = Stopwatch.GetTimestamp();
                await TryWriteAsync(name, served, withPatients, stoppingToken);
                // Of a thousand desks' sheets or one, the writing takes a twentieth of one core at most.
                await Task.Delay(Stopwatch.GetElapsedTime(started) * 19, stoppingToken);
            }
            allDue = all ? now + AtLeastEvery : allDue;
            patientsDue = withPatients ? now + PatientsEvery : patientsDue;
            // One pause collects the changes of a busy minute into one writing.
            await Task.Delay(Rest, stoppingToken);
            var wait = allDue - clock.GetUtcNow();
            changed = await live.NewsAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, stoppingToken);
        }
    }

    /// <summary>A desk prints for all it serves; an association without a desk for itself.</summary>
    private IEnumerable<(string Name, IReadOnlyList<TenantId> Served)> Sheets()
    {
        var now = clock.GetUtcNow();
        var byDesk = tenants.Desks.Select(d => (d.Identifier, Served: (IReadOnlyList<TenantId>)[.. d.TenantsAt(now)])).ToList();
        var served = byDesk.SelectMany(d => d.Served).Select(t => t.Value).ToHashSet();
        return byDesk.Concat(tenants.Tenants.Where(t => !served.Contains(t.Id)).Select(t => (t.Identifier, (IReadOnlyList<TenantId>)[new TenantId(t.Id)])));
    }

    private async Task TryWriteAsync(string name, IReadOnlyList<TenantId> served, bool withPatients, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(Path.Combine(directory, $"{name}-cases.html"), served, withPatients: false, cancellationToken);
            if (withPatients)
            {
                await WriteAsync(Path.Combine(directory, $"{name}-patients.html"), served, withPatients: true, cancellationToken);
            }
        }
        // Whatever it is: what escapes here would stop the application, and with it the night.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The paper sheet of {Name} was not renewed: {Failure}", name, failure.GetType().Name);
        }
    }

    private async Task WriteAsync(string path, IReadOnlyList<TenantId> served, bool withPatients, CancellationToken cancellationToken)
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ja-JP");
        await using var services = scopes.CreateAsyncScope();
        var session = await services.ServiceProvider.ActAsync(CurrentUser.Portal, served, cancellationToken);
        var sheet = await services.ServiceProvider.GetRequiredService<PaperSheetHandler>().HandleAsync(withPatients, cancellationToken);
        await using var renderer = new HtmlRenderer(services.ServiceProvider, services.ServiceProvider.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<PaperFile>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(PaperFile.Model)] = sheet })))
                .ToHtmlString());
        Directory.CreateDirectory(directory);
        var partial = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        await using (var writer = new StreamWriter(partial, options))
        {
            await writer.WriteAsync(html.AsMemory(), cancellationToken);
        }
        // Renamed in one step: whoever opens it finds a whole sheet, the old or the new.
        File.Move(partial, path, overwrite: true);
        if (withPatients)
        {
            // Once an hour, without the ids: that the charts of a whole association lie on this machine's disk is what is worth knowing.
            services.ServiceProvider.GetRequiredService<AuditTrail>().Exported("paper-file", served.Select(t => (t.Value, t.Value)), Path.GetFileName(path));
            await session.CommitAsync(cancellationToken);
        }
    }
}
