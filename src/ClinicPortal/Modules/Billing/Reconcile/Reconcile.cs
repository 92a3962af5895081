using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Reconcile;

public sealed record ReconciliationList(IReadOnlyList<Reconciliation> Runs, bool HasGateway, DateOnly Today, FormState Form);

/// <summary>照合: asks for the comparison of the payment service's movements with the books.</summary>
public sealed class ReconcileHandler(
    BillingContext db, GatewayAccounts accounts, Bookkeeping books, CurrentUser user, PortalSession session, AuditTrail audit, TimeProvider clock)
{
    private const int LongestDays = 100;
    private const int Shown = 24;

    public async Task<ReconciliationList> ListAsync(FormState form, CancellationToken cancellationToken)
    {
        var runs = await db.Reconciliations.AsNoTracking().OrderByDescending(r => r.AskedAt).Take(Shown).ToListAsync(cancellationToken);
        audit.Listed("reconciliation", runs.Select(r => (r.TenantId, r.Id)));
        return new ReconciliationList(runs, await accounts.FindAsync(cancellationToken) is not null, books.Today(user.TenantId!.Value), form);
    }

    public async Task<Result<Guid>> AskAsync(DateOnly? from, DateOnly? until, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return new Error("payment.gateway-off");
        }
        if (from is not { } first || until is not { } last || last < first || last.DayNumber - first.DayNumber > LongestDays || last > books.Today(account.TenantId))
        {
            return Error.OnField("until", "reconcile.days", LongestDays);
        }
        var now = clock.GetUtcNow();
        var run = Reconciliation.Ask(account.TenantId, first, last, user.Name, now);
        db.Reconciliations.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(RunReconciliation.Of(run, now));
        audit.Changed(run.TenantId, "reconciliation", run.Id, fields: []);
        return run.Id;
    }
}

internal sealed record RunItem(Guid Run);

/// <summary>
/// Reads every movement of the days at the service and finds what the books say otherwise; books what only the service knows: its fees and what it paid out.
/// </summary>
internal sealed class RunReconciliation(
    BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, Bookkeeping books, PortalSession session, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "billing.reconcile";

    public static bool IsSlow => true;

    public static WorkItem Of(Reconciliation run, DateTimeOffset now) => WorkItem.For(Kind, new TenantId(run.TenantId), new RunItem(run.Id), $"{Kind}:{run.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<RunItem>().Run;
        var run = await db.Reconciliations.SingleAsync(r => r.Id == id, cancellationToken);
        if (await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        var zone = tenants.ById(run.TenantId)!.Zone;
        var movements = new List<GatewayMovement>();
        await foreach (var movement in gateway.MovementsAsync(
            account, WallClock.At(run.FromDay, TimeOnly.MinValue, zone), WallClock.EndOf(run.UntilDay, zone), cancellationToken))
        {
            movements.Add(movement);
            await BookAsync(movement, run.TenantId, zone, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        var payments = await db.Payments.AsNoTracking().Where(p => p.GatewayId != null && p.Status == PaymentStatus.Succeeded).ToListAsync(cancellationToken);
        var refunds = await db.Refunds.AsNoTracking().Where(r => r.GatewayId != null && r.Status == RefundStatus.Succeeded).ToListAsync(cancellationToken);
        var booked = payments.Select(p => new Booked(p.GatewayId!, p.Id, p.AmountYen, p.ReceivedOn!.Value))
            .Concat(refunds.Select(r => new Booked(r.GatewayId!, r.PaymentId, -r.AmountYen, WallClock.Of(r.CreatedAt, zone).Date))).ToDictionary(b => b.Reference);
        var known = movements.Where(m => m.Kind is GatewayMovementKind.Payment or GatewayMovementKind.Refund or GatewayMovementKind.Dispute).ToList();
        run.Found(
            Compare(known, booked, run.FromDay, run.UntilDay), known.Count, known.Sum(m => m.AmountYen),
            booked.Values.Where(b => b.On >= run.FromDay && b.On <= run.UntilDay).Sum(b => b.Yen), movements.Sum(m => m.FeeYen), clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Bookkeeping.Topic(run.TenantId));
    }

    internal sealed record Booked(string Reference, Guid PaymentId, long Yen, DateOnly On);

    /// <summary>Both ways: what one has and the other has not. Around the edges of the days the other's day may be another: there only the service's is asked.</summary>
    internal static IReadOnlyList<Difference> Compare(IReadOnlyList<GatewayMovement> movements, IReadOnlyDictionary<string, Booked> booked, DateOnly from, DateOnly until)
    {
        var differences = new List<Difference>();
        var atGateway = movements.GroupBy(m => m.Reference).ToDictionary(group => group.Key, group => group.Sum(m => m.AmountYen));
        foreach (var (reference, yen) in atGateway)
        {
            if (!booked.TryGetValue(reference, out var ours))
            {
                differences.Add(new Difference(DifferenceKind.NotInBooks, reference, null, yen, 0));
            }
            else if (ours.Yen != yen)
            {
                differences.Add(new Difference(DifferenceKind.AmountDiffers, reference, ours.PaymentId, yen, ours.Yen));
            }
        }
        differences.AddRange(booked.Values.Where(b => b.On > from && b.On < until && !atGateway.ContainsKey(b.Reference))
            .Select(b => new Difference(DifferenceKind.NotAtGateway, b.Reference, b.PaymentId, 0, b.Yen)));
        return [.. differences.OrderBy(d => d.Reference, StringComparer.Ordinal)];
    }

    private async Task BookAsync(GatewayMovement movement, Guid tenantId, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var (on, now) = (WallClock.Of(movement.At, zone).Date, clock.GetUtcNow());
        var source = StableId.Of($"{tenantId}", movement.Id);
        await books.ChargedAsync(tenantId, movement, on, cancellationToken);
        if (movement.Kind == GatewayMovementKind.Payout && movement.AmountYen != 0)
        {
            await books.BookAsync(JournalEntry.Book(
                new JournalSource(tenantId, JournalKind.Payout, source, null, ""), on, now, (LedgerAccount.Bank, -movement.AmountYen), (LedgerAccount.Clearing, movement.AmountYen)), cancellationToken);
        }
    }
}
