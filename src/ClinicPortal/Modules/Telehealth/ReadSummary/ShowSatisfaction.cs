using System.Globalization;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ReadSummary;

/// <param name="Consultations">That took place in the month.</param>
public sealed record SatisfactionOfMonth(DateOnly Month, int Consultations, IReadOnlyDictionary<Satisfaction, int> Counts)
{
    public int Answers => Counts.Values.Sum();
}

/// <summary>満足度 of a month for the secretariat: how many said what; nobody's name, no doctor and no clinic.</summary>
public sealed class ShowSatisfaction(TelehealthContext db, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    /// <param name="month">As <c>2026-11</c>; this month when left out or unreadable.</param>
    public async Task<SatisfactionOfMonth> HandleAsync(string? month, CancellationToken cancellationToken)
    {
        var zone = tenants.ById(user.TenantId!.Value)!.Zone;
        var first = DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) && asked.Year is > 2000 and < 9999
            ? asked : FirstOf(WallClock.Of(clock.GetUtcNow(), zone).Date);
        var (from, to) = (WallClock.At(first, TimeOnly.MinValue, zone).ToUniversalTime(), WallClock.At(first.AddMonths(1), TimeOnly.MinValue, zone).ToUniversalTime());
        var counts = await db.Ratings.Where(r => r.At >= from && r.At < to).GroupBy(r => r.Score).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var held = await db.Appointments.CountAsync(a => a.Status == AppointmentStatus.Fulfilled && a.EndedAt >= from && a.EndedAt < to, cancellationToken);
        return new SatisfactionOfMonth(first, held, counts);
    }

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);
}
