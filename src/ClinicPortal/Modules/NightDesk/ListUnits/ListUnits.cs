using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.ListUnits;

/// <summary>A unit on duty: a car with its doctor and driver.</summary>
/// <param name="Association">Identifier of the association that the unit belongs to; a desk may share it.</param>
/// <param name="DoctorId">Account of the doctor, as the decision on a case names it.</param>
/// <param name="Phone">The phone in the car.</param>
/// <param name="ActiveCases">Cases that the unit is asked for or busy with.</param>
/// <param name="From">The shift's start.</param>
/// <param name="Until">The shift's end.</param>
public sealed record UnitView(
    Guid UnitId, string Name, string Association, Guid DoctorId, string DoctorName, string? DriverName, string? Phone, int ActiveCases,
    DateTimeOffset From, DateTimeOffset Until);

/// <summary>Who can go now, for those who carry cases and those who are on the units.</summary>
public sealed class ListUnitsHandler(
    NightDeskContext db, CurrentUser user, CaseAccess access, IRoster roster, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<Result<IReadOnlyList<UnitView>>> HandleAsync(CancellationToken cancellationToken)
    {
        if (!access.MayCarry && !user.Is(Roles.NightDoctor, Roles.Driver))
        {
            return Error.Forbidden("forbidden");
        }
        var onDuty = await roster.OnDutyAsync(clock.GetUtcNow(), cancellationToken);
        var active = await db.Dispatches
            .Where(d => d.State == DispatchState.Offered || d.State == DispatchState.Accepted || d.State == DispatchState.Departed || d.State == DispatchState.Arrived)
            .GroupBy(d => d.UnitId)
            .ToDictionaryAsync(unit => unit.Key, unit => unit.Count(), cancellationToken);
        return onDuty.Select(u => new UnitView(
            u.UnitId, u.UnitName, tenants.ById(u.TenantId)!.Identifier, u.DoctorId.Value, u.DoctorName, u.DriverName, u.UnitPhone,
            active.GetValueOrDefault(u.UnitId), u.StartsAt, u.EndsAt)).ToArray();
    }
}

internal static class ListUnitsApi
{
    public static void MapListUnits(this RouteGroupBuilder api) =>
        api.MapGet("/units", async (ListUnitsHandler list, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await list.HandleAsync(cancellationToken)))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor, Roles.Driver)
            .WithName("ListUnits").WithTags("Dispatches")
            .WithSummary("The units on duty now")
            .Produces<IReadOnlyList<UnitView>>();
}
