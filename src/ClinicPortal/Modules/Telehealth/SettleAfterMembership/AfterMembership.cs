using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.SettleAfterMembership;

/// <summary>What is open with a clinic's doctors, or for its patients, after its last day: booked before anybody knew that it would leave or be suspended.</summary>
public sealed class AfterMembership(TelehealthContext db)
{
    private const int Limit = 100;

    /// <param name="last">The last day as a member, or before a suspension.</param>
    public Task<List<Appointment>> OpenAsync(TenantInfo tenant, ClinicId clinic, DateOnly last, CancellationToken cancellationToken)
    {
        var (id, end) = (clinic.Value, WallClock.EndOf(last, tenant.Zone));
        return db.Appointments
            .Where(a => a.TenantId == tenant.Id && (a.PerformingClinicId == id || a.PrimaryClinicId == id) && a.StartsAt >= end
                && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived
                    || a.Status == AppointmentStatus.InProgress))
            .OrderBy(a => a.StartsAt).Take(Limit).ToListAsync(cancellationToken);
    }
}

/// <summary>Shown to whoever ends a membership, with the page where each is settled.</summary>
internal sealed class AppointmentsAfterMembership(AfterMembership after, ITenantResolver tenants, TenantScope scope) : IOpenAfterMembership
{
    public async Task<IReadOnlyList<OpenAfterwards>> ListAsync(ClinicId clinic, DateOnly last, CancellationToken cancellationToken)
    {
        var found = new List<OpenAfterwards>();
        foreach (var tenant in scope.Tenants.Select(tenants.ById).OfType<TenantInfo>())
        {
            found.AddRange((await after.OpenAsync(tenant, clinic, last, cancellationToken))
                .Select(a => new OpenAfterwards(a.Number, a.StartsAt, a.DoctorName, $"/members/{clinic.Value}/appointments")));
        }
        return found;
    }
}
