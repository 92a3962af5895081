using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.NightDesk.OpenCase;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.NightDesk.AmendCall;

/// <param name="Patient">What is known of a patient who is not registered; of a registered one nothing is changed here.</param>
/// <param name="Seen">The revision of the case that the form showed.</param>
public sealed record AmendCallInput(Guid CaseId, Caller Caller, UnregisteredPatient? Patient, string? Complaint, string? ComplaintCode, int? Seen = null);

/// <summary>What is learnt while they talk.</summary>
public sealed class AmendCallHandler(
    NightDeskContext db, CurrentUser user, CaseAccess access, CaseNews news, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<Result<CaseReceipt>> HandleAsync(AmendCallInput input, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(input.CaseId, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (!access.MayCarry)
        {
            return Error.Forbidden("forbidden");
        }
        if (found.IsNewerThan(input.Seen))
        {
            return Error.Conflict("changed-meanwhile");
        }
        var tenant = tenants.ById(found.TenantId)!;
        var now = clock.GetUtcNow();
        var call = CallText.Of(input.Caller, input.Patient, input.Complaint);
        var errors = call.Problems(WallClock.Of(now, tenant.Zone).Date).ToList();
        if (input.ComplaintCode is { } code && tenant.Settings.Triage.ChiefComplaints.All(c => c.Code != code))
        {
            errors.Add(Error.OnField("complaintCode", "case.unknown-complaint"));
        }
        if (errors.Count > 0)
        {
            return Result<CaseReceipt>.Refused(errors);
        }
        var patient = found.PatientId is null && call.Patient is { } told ? Told(told, found, tenant) : null;
        if (found.Amend(call.Caller, patient, call.Complaint, input.ComplaintCode, user, now) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        await news.ChangedOnTheWayAsync(found, cancellationToken);
        return CaseReceipt.Of(found, tenants);
    }

    /// <summary>The organisations stay as they were when the case was opened; the door moves with the address.</summary>
    private static CasePatient Told(UnregisteredPatient told, Case found, TenantInfo tenant)
    {
        var block = told.Address is { } address ? TownBlocks.Of(tenant).Find(address) : null;
        return CasePatient.Unknown with
        {
            Name = told.Name,
            Kana = told.Kana,
            BirthDate = told.BirthDate,
            Phone = told.Phone,
            Address = told.Address,
            Latitude = block?.Latitude,
            Longitude = block?.Longitude,
            PrimaryClinicId = found.PrimaryClinicId,
            PrimaryClinicName = found.PrimaryClinicName,
            FacilityId = found.FacilityId,
            FacilityName = found.FacilityName,
        };
    }
}
