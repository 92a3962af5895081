using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Consultations that are booked, or whose note may still be written, need their texts and rules: these go when nobody relies on them.</summary>
internal sealed class ConsultationsInUse(TelehealthContext db, TimeProvider clock) : ISettingsInUse
{
    /// <summary>For note and prescription after the call.</summary>
    private static readonly TimeSpan WrittenAfter = TimeSpan.FromDays(7);

    public async Task<Error?> RefuseAsync(Guid tenantId, TenantSettings next, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - WrittenAfter;
        var services = await db.Appointments
            .Where(a => a.TenantId == tenantId && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived
                || a.Status == AppointmentStatus.InProgress || a.Status == AppointmentStatus.Fulfilled && a.EndedAt > since))
            .GroupBy(a => a.Service).Select(g => new { Service = g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        if (services.Count == 0)
        {
            return null;
        }
        if (next.OnlineConsultation is not { } online)
        {
            return Error.OnField("onlineConsultation", "consultations.in-use", services.Sum(s => s.Count), WrittenAfter.Days);
        }
        return services.Find(s => online.ServiceNamed(s.Service) is null) is { } missing
            ? Error.OnField("onlineConsultation.services", "consultations.service-in-use", missing.Service, missing.Count, WrittenAfter.Days) : null;
    }
}
