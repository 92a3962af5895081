using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>The night desk takes the calls, and counts them. Those of a case that is still without its clinic count from when that is known.</summary>
internal sealed class CallCount(NightDeskContext db) : ICallCount
{
    /// <summary>No night of a month has begun this long before its first day.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(2);

    public async Task<IReadOnlyDictionary<ClinicId, int>> UnderCoverAsync(
        IReadOnlyCollection<ClinicId> clinics, DateOnly month, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (ids, last) = (clinics.Select(c => (Guid?)c.Value).ToList(), month.AddMonths(1).AddDays(-1));
        // By the index of clinic and time; the night says the rest.
        var since = new DateTimeOffset(month.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) - Margin;
        return await db.Cases.AsNoTracking()
            .Where(c => ids.Contains(c.PrimaryClinicId) && c.ReceivedAt >= since && c.ReceivedAt < before && c.Night >= month && c.Night <= last && c.Covered)
            .GroupBy(c => c.PrimaryClinicId!.Value).Select(g => new { Clinic = g.Key, Calls = g.Count() })
            .ToDictionaryAsync(g => new ClinicId(g.Clinic), g => g.Calls, cancellationToken);
    }
}
