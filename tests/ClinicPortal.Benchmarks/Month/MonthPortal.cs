using System.Diagnostics;
using System.Globalization;
using ClinicPortal.Benchmarks.Serving;
using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Modules.Billing.RunMonth;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.Benchmarks.Month;

/// <param name="Drafted">From the secretariat's press of the button until all drafts are there to be looked through.</param>
/// <param name="Issued">From its second press until the last invoice has its number.</param>
/// <param name="PeakBytes">The highest memory of this process meanwhile, looked at twenty times a second.</param>
internal sealed record MonthFigures(TimeSpan Drafted, TimeSpan Issued, long PeakBytes)
{
    public TimeSpan Whole => Drafted + Issued;
}

/// <summary>The portal in this process, and its secretariat: use cases with their commits, and the background work that they ask for.</summary>
internal sealed class MonthPortal : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly WebApplication app;
    private readonly MonthSite month;
    private readonly Guid tenant = SiteIds.AssociationId(0);

    private MonthPortal(WebApplication app, MonthSite month) => (this.app, this.month) = (app, month);

    public static async Task<MonthPortal> StartAsync(Site site, TestBed bed, MonthSite month, CancellationToken cancellationToken) => new(
        await PortalHere.StartAsync(site, bed, services => services.Replace(ServiceDescriptor.Singleton<IMailGateway>(new CountedMails())), cancellationToken), month);

    public async Task<MonthFigures> CloseAsync(CancellationToken cancellationToken)
    {
        var peak = 0L;
        var begun = Stopwatch.GetTimestamp();
        var run = await CommitAsync(services => services.GetRequiredService<RunMonth>().StartAsync(
            MonthSite.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), cancellationToken), cancellationToken);
        await UntilAsync($"status = 'InReview' FROM billing.invoice_run WHERE id = '{run}'");
        var drafted = Stopwatch.GetElapsedTime(begun);
        begun = Stopwatch.GetTimestamp();
        await CommitAsync(services => services.GetRequiredService<RunMonth>().IssueAsync(run, null, cancellationToken), cancellationToken);
        await UntilAsync($"status = 'Issued' FROM billing.invoice_run WHERE id = '{run}'");
        return new MonthFigures(drafted, Stopwatch.GetElapsedTime(begun), peak);

        async Task UntilAsync(string happened)
        {
            while (!await month.ReadAsync<bool>($"SELECT {happened}", cancellationToken))
            {
                using var here = Process.GetCurrentProcess();
                peak = Math.Max(peak, here.WorkingSet64);
                await Task.Delay(Look, cancellationToken);
            }
        }
    }

    /// <summary>The receivables and journal entries of all invoices of the month.</summary>
    public async Task<TimeSpan> PostAsync(CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await month.ExecuteAsync("UPDATE app.work_item SET due_at = now() WHERE kind = 'billing.post-invoices'", cancellationToken);
        await UntilAsync(
            "NOT EXISTS (SELECT FROM app.work_item WHERE kind = 'billing.post-invoices' AND done_at IS NULL)"
            + " AND (SELECT count(*) FROM billing.receivable) = (SELECT count(*) FROM billing.invoice WHERE total_yen > 0)", cancellationToken);
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>One more than is measured comes first: it starts Chromium.</summary>
    public async Task<TimeSpan> PrintAsync(int count, CancellationToken cancellationToken)
    {
        await ReleaseAsync(1);
        await UntilAsync(Printed(1), cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        await ReleaseAsync(count);
        await UntilAsync(Printed(count + 1), cancellationToken);
        return Stopwatch.GetElapsedTime(begun);

        Task ReleaseAsync(int some) => month.ExecuteAsync(FormattableString.Invariant($"""
            UPDATE app.work_item SET due_at = now()
            WHERE id IN (SELECT id FROM app.work_item WHERE kind = 'billing.store-documents' AND due_at = 'infinity' LIMIT {some})
            """), cancellationToken);

        static string Printed(int some) => FormattableString.Invariant($"(SELECT count(*) FROM billing.invoice_document WHERE format = 'Pdf') >= {some}");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task UntilAsync(string happened, CancellationToken cancellationToken)
    {
        while (!await month.ReadAsync<bool>($"SELECT {happened}", cancellationToken))
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    private async Task<Guid> CommitAsync(Func<IServiceProvider, Task<Result<Guid>>> command, CancellationToken cancellationToken)
    {
        await using var services = app.Services.CreateAsyncScope();
        var session = await services.ServiceProvider.ActAsync(
            new CurrentUser(StableId.Of("benchmark", "secretary"), "事務局", Roles.Secretariat, OrganisationKind.Association, tenant, null, tenant),
            [new TenantId(tenant)], cancellationToken);
        var id = (await command(services.ServiceProvider)).Value;
        await session.CommitAsync(cancellationToken);
        return id;
    }
}
