using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ComputePay;

/// <param name="Attempt">Another one when the month is computed anew.</param>
/// <param name="After">Up to this sheet all is done.</param>
internal sealed record PayBatch(Guid Run, Guid Attempt, PaySheetKey? After);

/// <summary>
/// Computes some of a month's sheets from what was worked, and asks for the next: sheets, and that they are computed, are one transaction, so whatever is killed
/// nothing is missing or twice. Sheets that are approved stay as they are; by what they would differ now is a correction on a later sheet.
/// </summary>
internal sealed class ComputePay(
    BillingContext db, PaySheets sheets, PayHistories histories, IPayees payees, PortalSession session, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    /// <summary>How far back what turns out late is made up for.</summary>
    internal const int MonthsBack = 12;

    private const int Batch = 50;

    public static string Kind => "billing.compute-pay";

    public static bool IsSlow => true;

    public static WorkItem Next(PayRun run, PaySheetKey? after, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(run.TenantId), new PayBatch(run.Id, run.Attempt, after), $"{Kind}:{run.Id}:{run.Attempt}:{after}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var batch = item.Read<PayBatch>();
        await sheets.LockAsync(item.Tenant!.Value.Value, cancellationToken);
        var run = await db.PayRuns.SingleOrDefaultAsync(r => r.Id == batch.Run, cancellationToken);
        if (run is null || run.Attempt != batch.Attempt || run.FinishedAt is not null)
        {
            return;
        }
        var (tenant, now) = (tenants.ById(run.TenantId)!, clock.GetUtcNow());
        if (tenant.Document.Pay is not { } rates)
        {
            run.Finish(now);
            await db.SaveChangesAsync(cancellationToken);
            return;
        }
        var history = await histories.ReadAsync(run.TenantId, PayRules.FirstDay(run.Month.AddMonths(-MonthsBack), rates), run.Month.AddMonths(1).AddDays(-1), cancellationToken);
        var known = await db.PaySheets.Where(s => s.Month <= run.Month && s.Month >= run.Month.AddMonths(-MonthsBack)).ToListAsync(cancellationToken);
        var all = history.WorkedIn(run.Month).Concat(known.Select(s => s.Key)).Distinct().Order(InOrder.Instance).ToList();
        var next = all.Where(key => batch.After is null || InOrder.Instance.Compare(key, batch.After) > 0).Take(Batch).ToList();
        var terms = await payees.OfAsync(new TenantId(run.TenantId), [.. next.Select(key => new AccountId(key.PersonId)).Distinct()], cancellationToken);
        var isOver = WallClock.Of(now, tenant.Zone).Date >= run.Month.AddMonths(1);
        foreach (var key in next)
        {
            var kind = terms.GetValueOrDefault(new AccountId(key.PersonId))?.KindAs(key.Role) ?? PayKind.Salary;
            await ComputeAsync(run, key, kind, rates, history, [.. known.Where(s => s.Key == key)], isOver, now, cancellationToken);
        }
        var end = run.Month.AddMonths(1);
        run.Advance(
            next.Count, all.Count, history.StrayVisits.Count(night => night >= run.Month && night < end),
            [.. history.SetAside.Where(v => v.Night >= run.Month && v.Night < end).Select(v => v.CaseNumber).Distinct()]);
        if (next.Count < Batch)
        {
            run.Finish(now);
        }
        else
        {
            session.Enqueue(Next(run, next[^1], now));
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(PaySheets.Topic(run.TenantId));
    }

    private async Task ComputeAsync(
        PayRun run, PaySheetKey key, PayKind kind, PayRates rates, PayHistory history, IReadOnlyList<PaySheet> known, bool isOver, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sheet = known.SingleOrDefault(s => s.Month == run.Month);
        if (sheet?.IsApproved == true)
        {
            return;
        }
        var computed = history.Compute(key, run.Month, rates, kind);
        var corrections = await CorrectionsAsync(sheet?.Id, rates, history, [.. known.Where(s => s.Month < run.Month && s.IsApproved && history.IsWhole(key, s.Month))], cancellationToken);
        if (sheet is null && computed.Shifts.Count == 0 && computed.Lines.Count == 0 && corrections.Count == 0)
        {
            return;
        }
        var isNew = sheet is null;
        sheet ??= PaySheet.Begin(run.TenantId, key, run.Month, now);
        if (history.People.TryGetValue(key, out var person))
        {
            sheet.Name(person.PersonName, person.EmployerName);
        }
        else if (known.LastOrDefault(s => s.PersonName.Length > 0) is { } before)
        {
            sheet.Name(before.PersonName, before.EmployerName);
        }
        var (sheetId, totalBefore) = (sheet.Id, sheet.TotalYen);
        var lines = computed.Lines.Select(amount => (Amount: amount, Month: (DateOnly?)null)).Concat(corrections.Select(c => (c.Amount, Month: (DateOnly?)c.Month)))
            .Select((line, index) => PayLine.Of(run.TenantId, sheetId, index + 1, line.Amount, line.Month)).ToList();
        if (isNew)
        {
            db.Add(sheet);
        }
        else
        {
            await db.PayLines.Where(l => l.TenantId == run.TenantId && l.SheetId == sheetId).ExecuteDeleteAsync(cancellationToken);
            await db.PaySheetShifts.Where(s => s.TenantId == run.TenantId && s.SheetId == sheetId).ExecuteDeleteAsync(cancellationToken);
        }
        sheet.Fill(computed, kind, lines, isNew ? [] : await db.PayAdjustments.Where(a => a.SheetId == sheetId).ToListAsync(cancellationToken), isOver, now);
        db.AddRange(lines);
        db.AddRange(computed.Shifts.Select(shift => PaySheetShift.Of(run.TenantId, sheetId, shift)));
        if (isNew || totalBefore != sheet.TotalYen)
        {
            db.Add(sheets.Event(sheet, PayStep.Computed, CurrentUser.Portal.Name, PaymentWords.Yen(sheet.TotalYen)));
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <param name="own">The sheet that is computed: what it says of earlier months is computed anew with it.</param>
    private async Task<IReadOnlyList<(DateOnly Month, PayAmount Amount)>> CorrectionsAsync(
        Guid? own, PayRates rates, PayHistory history, IReadOnlyList<PaySheet> approved, CancellationToken cancellationToken)
    {
        if (approved.Count == 0)
        {
            return [];
        }
        var (ids, key) = (approved.Select(s => s.Id).ToList(), approved[0].Key);
        var said = await (
            from line in db.PayLines.AsNoTracking()
            join sheet in db.PaySheets on new { line.TenantId, Id = line.SheetId } equals new { sheet.TenantId, sheet.Id }
            where line.SheetId != own && (ids.Contains(line.SheetId) && line.Corrects == null
                || line.Corrects != null && sheet.PersonId == key.PersonId && sheet.Role == key.Role && sheet.EmployerCode == key.EmployerCode)
            select new { Month = line.Corrects ?? sheet.Month, Line = line }).ToListAsync(cancellationToken);
        return
        [
            .. from sheet in approved.OrderBy(s => s.Month)
               // By the tables of its time, not by those that are in force now.
               let then = sheet.Tables.Count > 0 ? new PayRates { Tables = sheet.Tables } : rates
               from amount in PayLine.Difference(history.Compute(key, sheet.Month, then, sheet.Kind).Lines, said.Where(s => s.Month == sheet.Month).Select(s => s.Line.ToAmount()))
               select (sheet.Month, amount),
        ];
    }

    private sealed class InOrder : IComparer<PaySheetKey>
    {
        public static InOrder Instance { get; } = new();

        public int Compare(PaySheetKey? x, PaySheetKey? y) => (x!.PersonId, x.Role, x.EmployerCode).CompareTo((y!.PersonId, y.Role, y.EmployerCode));
    }
}
