using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.NightDesk.IdentifyPatient;

/// <summary>Who was unknown when the call came turns out to be a registered patient: from now on the primary clinic follows the case.</summary>
public sealed class IdentifyPatientHandler(
    NightDeskContext db, CurrentUser user, CaseAccess access, IPatients patients, ICover cover, CaseNews news, Outbox outbox, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<Result<CaseReceipt>> HandleAsync(Guid caseId, Guid? patientId, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(caseId, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (!access.MayCarry)
        {
            return Error.Forbidden("forbidden");
        }
        // A patient of another association is for this case one that does not exist.
        if (patientId is not { } id || await patients.FindAsync(new PatientId(id), cancellationToken) is not { } patient || patient.TenantId != found.TenantId)
        {
            return Error.OnField("patientId", "patient.not-found");
        }
        var covered = await cover.ForClinicAsync(patient.PrimaryClinicId, found.Night, found.ReceivedAt, cancellationToken) is { IsCovered: true };
        var now = clock.GetUtcNow();
        if (found.Identify(CasePatients.Of(patient), covered, user, now) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        outbox.Publish(new CaseIdentified(Guid.CreateVersion7(now), new TenantId(found.TenantId), new CaseId(found.Id)));
        await news.ChangedOnTheWayAsync(found, cancellationToken);
        return CaseReceipt.Of(found, tenants);
    }
}
