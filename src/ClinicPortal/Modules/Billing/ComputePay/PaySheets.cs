using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ComputePay;

/// <param name="Adjustments">In the order in which they were made.</param>
public sealed record PaySheetParts(IReadOnlyList<PayLine> Lines, IReadOnlyList<PaySheetShift> Shifts, IReadOnlyList<PayAdjustment> Adjustments);

/// <summary>What all that is done with pay sheets needs.</summary>
public sealed class PaySheets(BillingContext db, ITenantResolver tenants, TimeProvider clock)
{
    internal const string MonthFormat = "yyyy-MM";

    /// <summary>Pages that show an association's pay sheets.</summary>
    public static string Topic(Guid tenantId) => $"pay:{tenantId:N}";

    /// <summary>Until the end of the transaction nobody else computes, approves or pays in the association.</summary>
    public Task LockAsync(Guid tenantId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"pay:" + tenantId}, 0))", cancellationToken);

    /// <returns>The month that was asked for; otherwise the last one that is over.</returns>
    public DateOnly MonthOf(string? written, Guid tenantId)
    {
        var today = Shared.Calendar.WallClock.Of(clock.GetUtcNow(), tenants.ById(tenantId)!.Zone).Date;
        return Read(written) ?? new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
    }

    public static DateOnly? Read(string? month) =>
        DateOnly.TryParseExact(month, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read.Year is > 2000 and < 9000 ? read : null;

    public async Task<PaySheetParts> PartsAsync(PaySheet sheet, CancellationToken cancellationToken) => new(
        await db.PayLines.AsNoTracking().Where(l => l.TenantId == sheet.TenantId && l.SheetId == sheet.Id).OrderBy(l => l.Position).ToListAsync(cancellationToken),
        await db.PaySheetShifts.AsNoTracking().Where(s => s.TenantId == sheet.TenantId && s.SheetId == sheet.Id).OrderBy(s => s.BeganAt).ToListAsync(cancellationToken),
        await db.PayAdjustments.AsNoTracking().Where(a => a.TenantId == sheet.TenantId && a.SheetId == sheet.Id).OrderBy(a => a.At).ThenBy(a => a.Id).ToListAsync(cancellationToken));

    internal PayEvent Event(PaySheet sheet, PayStep what, string by, string? detail = null)
    {
        var now = clock.GetUtcNow();
        return new PayEvent(sheet.TenantId, Guid.CreateVersion7(now), sheet.Id, now, what, by, detail);
    }
}
