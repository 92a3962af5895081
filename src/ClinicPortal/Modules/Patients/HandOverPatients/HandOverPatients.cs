using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.HandOverPatients;

/// <summary>After a clinic's last day its patients are those of the clinic that takes them over; where none does, they stay and are read only.</summary>
internal sealed class HandOverPatients(
    PatientsDbContext db, IMemberClinics clinics, ITenantResolver tenants, PortalSession session, AuditTrail audit, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "patients.hand-over";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<MembershipChanged>();
        if (news is not { HandOverTo: { } to, LastDay: { } last } || await clinics.FindAsync(news.Clinic, cancellationToken) is not { } leaving
            // It stays after all, or leaves on another day: then other news says what becomes of the patients.
            || leaving.Membership.LeavesOn != last)
        {
            return;
        }
        var now = clock.GetUtcNow();
        var dueAt = WallClock.EndOf(last, tenants.ById(news.Tenant.Value)!.Zone);
        if (now < dueAt)
        {
            session.Enqueue(WorkItem.For(Kind, news.Tenant, news, $"{Kind}:{news.Id}:due", now, dueAt));
            return;
        }
        var successor = await clinics.FindAsync(to, cancellationToken) ?? throw new InvalidOperationException("The clinic that takes over is not there.");
        var (from, toId) = (news.Clinic.Value, to.Value);
        var patients = await db.Patients.Where(p => p.PrimaryClinicId == from).Select(p => p.Id).ToListAsync(cancellationToken);
        await db.Patients.Where(p => p.PrimaryClinicId == from && p.SecondaryClinicId == toId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.SecondaryClinicId, (Guid?)null).SetProperty(p => p.SecondaryClinicName, (string?)null), cancellationToken);
        await db.Patients.Where(p => p.PrimaryClinicId == from)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.PrimaryClinicId, toId).SetProperty(p => p.PrimaryClinicName, successor.Name), cancellationToken);
        foreach (var patient in patients)
        {
            audit.Changed(news.Tenant.Value, "patient", patient, "primaryClinic");
        }
    }
}
