using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Appointments with a clinic's doctors, or of its patients, that were booked before anybody knew that it would leave.</summary>
internal sealed class AppointmentsAfterMembership(TelehealthContext db, ITenantResolver tenants, TenantScope scope) : IOpenAfterMembership
{
    private const int Limit = 100;

    public async Task<IReadOnlyList<OpenAfterwards>> ListAsync(ClinicId clinic, DateOnly last, CancellationToken cancellationToken)
    {
        var (id, found) = (clinic.Value, new List<OpenAfterwards>());
        foreach (var tenant in scope.Tenants.Select(tenants.ById).OfType<TenantInfo>())
        {
            var end = WallClock.EndOf(last, tenant.Zone);
            found.AddRange(await db.Appointments.AsNoTracking()
                .Where(a => a.TenantId == tenant.Id && (a.PerformingClinicId == id || a.PrimaryClinicId == id) && a.StartsAt >= end
                    && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived
                        || a.Status == AppointmentStatus.InProgress))
                .OrderBy(a => a.StartsAt).Take(Limit).Select(a => new OpenAfterwards(a.Number, a.StartsAt, a.DoctorName)).ToListAsync(cancellationToken));
        }
        return found;
    }
}
