using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.AssignUnit;

/// <summary>A unit on duty as the desk sees it for one case.</summary>
/// <param name="ActiveCases">Cases that the unit is asked for or busy with.</param>
/// <param name="Own">A unit of the case's own association, not a shared one.</param>
/// <param name="DeclinedThis">It has declined this case already.</param>
public sealed record UnitChoice(UnitOnDuty Unit, int? DistanceMetres, int? MinutesToDoor, int ActiveCases, bool Own, bool DeclinedThis)
{
    public bool IsFree => ActiveCases == 0;
}

/// <summary>Orders the units on duty for a case: free before busy, own before shared where the association wants it, then nearest.</summary>
public sealed class SuggestUnits(NightDeskContext db, IRoster roster, ITenantResolver tenants)
{
    private const double EarthRadiusMetres = 6_371_000;

    public async Task<IReadOnlyList<UnitChoice>> ForAsync(Case subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var onDuty = await roster.OnDutyAsync(now, cancellationToken);
        var dispatches = await db.Dispatches
            .Where(d => d.State == DispatchState.Offered || d.State == DispatchState.Accepted || d.State == DispatchState.Departed
                || d.State == DispatchState.Arrived || (d.CaseId == subject.Id && d.State == DispatchState.Declined))
            .Select(d => new { d.UnitId, d.CaseId, d.State })
            .ToListAsync(cancellationToken);
        var settings = tenants.ById(subject.TenantId)!.Settings.Dispatch;
        return
        [
            .. from unit in onDuty
               let distance = Distance(subject, unit)
               let choice = new UnitChoice(
                   unit, distance, Minutes(distance, settings.AverageSpeedKmh),
                   dispatches.Count(d => d.UnitId == unit.UnitId && d.State != DispatchState.Declined),
                   unit.TenantId == subject.TenantId,
                   dispatches.Any(d => d.UnitId == unit.UnitId && d.CaseId == subject.Id && d.State == DispatchState.Declined))
               orderby choice.DeclinedThis, choice.ActiveCases, settings.PreferOwnUnits && !choice.Own, choice.DistanceMetres ?? int.MaxValue, unit.UnitName
               select choice,
        ];
    }

    private static int? Distance(Case subject, UnitOnDuty unit)
    {
        if (subject is not { Latitude: { } latitude, Longitude: { } longitude })
        {
            return null;
        }
        // Haversine: exact enough inside a ward, and no flat-earth constants for one latitude.
        static double Radians(double degrees) => degrees * Math.PI / 180;
        var dLat = Radians(latitude - unit.BaseLatitude);
        var dLon = Radians(longitude - unit.BaseLongitude);
        var a = Math.Pow(Math.Sin(dLat / 2), 2) + Math.Cos(Radians(latitude)) * Math.Cos(Radians(unit.BaseLatitude)) * Math.Pow(Math.Sin(dLon / 2), 2);
        return (int)(2 * EarthRadiusMetres * Math.Asin(Math.Sqrt(a)));
    }

    private static int? Minutes(int? metres, int kmPerHour) =>
        metres is { } m ? Math.Max(1, (int)Math.Ceiling(m * 60.0 / (kmPerHour * 1_000))) : null;
}
