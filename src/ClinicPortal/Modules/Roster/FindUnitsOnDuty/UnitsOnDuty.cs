using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.FindUnitsOnDuty;

internal sealed class UnitsOnDuty(RosterContext db) : IRoster
{
    public async Task<IReadOnlyList<UnitOnDuty>> OnDutyAsync(DateTimeOffset at, CancellationToken ct)
    {
        // Npgsql takes instants in UTC only.
        var instant = at.ToUniversalTime();
        return await (
            from shift in db.Shifts.AsNoTracking()
            where shift.StartsAt <= instant && shift.EndsAt > instant
            join unit in db.Units.AsNoTracking() on new { shift.TenantId, Id = shift.UnitId } equals new { unit.TenantId, unit.Id }
            orderby unit.Name
            select new UnitOnDuty(
                shift.TenantId, new ShiftId(shift.Id), unit.Id, unit.Name, unit.Phone, unit.Latitude, unit.Longitude,
                new AccountId(shift.DoctorAccountId), shift.DoctorName,
                shift.DriverAccountId == null ? null : new AccountId(shift.DriverAccountId.Value), shift.DriverName,
                shift.EmployerName, shift.EmployerCode, shift.PerformsAs, shift.PartnerName, shift.PartnerCode,
                shift.StartsAt, shift.EndsAt)).ToListAsync(ct);
    }
}
