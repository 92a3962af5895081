using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.RunMonth;

/// <summary>
/// 月次請求: the secretariat starts a month, looks through the drafts, leaves out what is not to go, and issues the rest. The work itself is durable and
/// goes on wherever it stopped.
/// </summary>
public sealed class RunMonth(
    BillingContext db, PortalSession session, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    internal const string MonthFormat = "yyyy-MM";

    private TenantInfo Tenant => tenants.ById(user.TenantId!.Value)!;

    /// <param name="month">As <c>2026-11</c>.</param>
    public async Task<Result<Guid>> StartAsync(string? month, CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(month, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first))
        {
            return Error.OnField("month", "invoice-run.not-a-month");
        }
        var (tenant, now) = (Tenant, clock.GetUtcNow());
        var closing = tenant.Settings.InvoicingRules().ClosingOf(first);
        if (closing >= WallClock.Of(now, tenant.Zone).Date)
        {
            return Error.OnField("month", "invoice-run.not-closed", ScreenDates.Day(closing));
        }
        // Two who press at once: the second finds the first's run.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"invoice-run:" + tenant.Id}, 0))", cancellationToken);
        if (await db.InvoiceRuns.AnyAsync(r => r.Month == first, cancellationToken))
        {
            return Error.Conflict("invoice-run.exists");
        }
        var run = InvoiceRun.Start(tenant.Id, first, closing, user.Name, now);
        db.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(DraftInvoices.Next(run, Guid.CreateVersion7(now), now));
        audit.Changed(run.TenantId, "invoice-run", run.Id, "started");
        session.Changed(LiveTopics.Invoices(run.TenantId));
        return run.Id;
    }

    /// <summary>Throws the drafts away and makes them anew, for lines that came in or were mended meanwhile.</summary>
    public async Task<Result<Guid>> RedraftAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.LockRunAsync(id, cancellationToken) is not { } run)
        {
            return Error.NotFound("invoice-run.not-found");
        }
        var again = run.Redraft();
        if (!again.Succeeded)
        {
            return Result<Guid>.Refused(again.Errors);
        }
        var now = clock.GetUtcNow();
        await IssueInvoices.DropDraftsAsync(session, run, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(DraftInvoices.Next(run, Guid.CreateVersion7(now), now));
        audit.Changed(run.TenantId, "invoice-run", run.Id, "drafted anew");
        session.Changed(LiveTopics.Invoices(run.TenantId));
        return id;
    }

    /// <param name="on">Date of issue; today when it is left out.</param>
    public async Task<Result<Guid>> IssueAsync(Guid id, DateOnly? on, CancellationToken cancellationToken)
    {
        if (await db.LockRunAsync(id, cancellationToken) is not { } run)
        {
            return Error.NotFound("invoice-run.not-found");
        }
        var (tenant, now) = (Tenant, clock.GetUtcNow());
        var today = WallClock.Of(now, tenant.Zone).Date;
        // Numbers follow the dates: one of a day that is over, or still to come, would break their order.
        if (on is { } chosen && chosen != today)
        {
            return Error.OnField("issueOn", "invoice-run.only-today");
        }
        var begun = run.BeginIssuing(today, user.Name);
        if (!begun.Succeeded)
        {
            return Result<Guid>.Refused(begun.Errors);
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(IssueInvoices.Next(run, 1, now));
        audit.Changed(run.TenantId, "invoice-run", run.Id, "issued");
        session.Changed(LiveTopics.Invoices(run.TenantId));
        return id;
    }

    /// <summary>Leaves a draft out of its run's issue, or puts it back.</summary>
    public async Task<Result<Invoice>> LeaveAsync(Guid id, bool leftOut, CancellationToken cancellationToken)
    {
        if (await db.LockInvoiceAsync(id, cancellationToken) is not { } invoice)
        {
            return Error.NotFound("invoice.not-found");
        }
        // The run's row first, by whoever issues it: it cannot begin between this look and the commit.
        if (invoice.RunId is not { } runId || await db.LockRunAsync(runId, cancellationToken) is not { Status: InvoiceRunStatus.InReview })
        {
            return Error.Conflict("invoice.not-in-review");
        }
        var left = invoice.Leave(leftOut);
        if (left.Succeeded)
        {
            db.Add(InvoiceEvent.Of(invoice.TenantId, id, leftOut ? InvoiceStep.LeftOut : InvoiceStep.PutBack, user.Name, clock.GetUtcNow()));
            await db.SaveChangesAsync(cancellationToken);
            audit.Changed(invoice.TenantId, "invoice", id);
            session.Changed(LiveTopics.Invoices(invoice.TenantId));
        }
        return left;
    }
}
