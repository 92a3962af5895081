using System.ComponentModel.DataAnnotations;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>A call as it was taken down. Either a registered patient, or what is known of one that is not.</summary>
/// <param name="Association">Identifier of the association; required unless the patient is registered.</param>
public sealed record OpenCaseInput(
    string? Association, Channel Channel, Caller Caller, Guid? PatientId, UnregisteredPatient? Patient, string? Complaint, string? ComplaintCode);

/// <summary>What a caller says of a patient whom no member clinic has registered.</summary>
/// <param name="Name">At most 100 characters.</param>
/// <param name="Kana">The name's reading, kept in full-width katakana; other letters than kana are refused.</param>
/// <param name="BirthDate">From 1880 until today.</param>
/// <param name="Phone">3 to 15 digits; hyphens do not matter.</param>
/// <param name="Address">At most 300 characters.</param>
public sealed record UnregisteredPatient(
    [property: MaxLength(CallText.MaxName)] string? Name,
    [property: MaxLength(CallText.MaxName)] string? Kana,
    DateOnly? BirthDate,
    [property: MaxLength(CallText.MaxName)] string? Phone,
    [property: MaxLength(CallText.MaxAddress)] string? Address);

/// <summary>受電を案件にする: the call is on disk before anybody sees "received".</summary>
public sealed class OpenCaseHandler(
    NightDeskContext db, PortalSession session, CurrentUser user, CaseAccess access, ITenantResolver tenants, TenantScope scope,
    CaseNumbers numbers, IPatients patients, ICover cover, CaseNews news, TimeProvider clock)
{
    public async Task<Result<CaseReceipt>> HandleAsync(OpenCaseInput input, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var call = CallText.Of(input.Caller, input.Patient, input.Complaint);
        var errors = Check(input).Concat(call.Problems(Today(input.Association, now))).ToList();
        if (errors.Count > 0)
        {
            return Result<CaseReceipt>.Refused(errors);
        }
        var registered = input.PatientId is { } id ? await patients.FindAsync(new PatientId(id), cancellationToken) : null;
        if (input.PatientId is not null && registered is null)
        {
            return new Error("patient.not-found", ErrorKind.NotFound, "patientId");
        }
        var tenant = registered is not null ? tenants.ById(registered.TenantId) : TenantNamed(input.Association);
        if (tenant is null)
        {
            return Error.OnField("association", "case.unknown-association");
        }
        if (input.Association is not null && input.Association != tenant.Identifier)
        {
            return Error.OnField("association", "case.association-of-patient");
        }
        var night = TenantCalendars.Of(tenant).OutOfHours.NightOf(now, tenant.Zone);
        var concerned = registered is not null ? CasePatients.Of(registered) : Unregistered(call.Patient, tenant);
        if (!access.MayOpen(tenant, concerned))
        {
            return Error.Forbidden("case.not-for-this-role");
        }
        // The number is drawn on another connection while the cover is looked up on this one.
        var drawing = numbers.NextAsync(tenant, night, cancellationToken);
        var covered = concerned.PrimaryClinicId is { } clinic && await cover.ForClinicAsync(new ClinicId(clinic), night, now, cancellationToken) is { IsCovered: true };
        var number = await drawing;
        var opened = Case.Open(tenant.Id, number, night, input.Channel, call.Caller, concerned, covered, call.Complaint, input.ComplaintCode, user, now);
        session.Insert(db, opened);
        foreach (var happened in opened.Events)
        {
            session.Insert(db, happened);
        }
        news.Changed(opened);
        return CaseReceipt.Of(opened, tenants);
    }

    private static IEnumerable<Error> Check(OpenCaseInput input)
    {
        if (input is { PatientId: not null, Patient: not null })
        {
            yield return Error.OnField("patient", "case.patient-twice");
        }
        if (input is { PatientId: null, Association: null })
        {
            yield return Error.OnField("association", "required");
        }
    }

    /// <summary>Asked of patients who are not registered only, and with them the association is named.</summary>
    private DateOnly Today(string? association, DateTimeOffset now) => WallClock.Of(now, TenantNamed(association)?.Zone ?? TimeZoneInfo.Utc).Date;

    private TenantInfo? TenantNamed(string? association) =>
        association is not null && tenants.ByIdentifier(association) is { } tenant && scope.Allows(tenant.Id) ? tenant : null;

    /// <summary>Not registered, and helped all the same: the door is where the address names a town block of the association.</summary>
    private CasePatient Unregistered(UnregisteredPatient? told, TenantInfo tenant)
    {
        var block = told?.Address is { } address ? TownBlocks.Of(tenant).Find(address) : null;
        var ownClinic = user.OrganisationKind == OrganisationKind.MemberClinic ? user.OrganisationId : null;
        return CasePatient.Unknown with
        {
            Name = told?.Name,
            Kana = told?.Kana,
            BirthDate = told?.BirthDate,
            Phone = told?.Phone,
            Address = told?.Address,
            Latitude = block?.Latitude,
            Longitude = block?.Longitude,
            PrimaryClinicId = ownClinic,
            FacilityId = user.OrganisationKind == OrganisationKind.CareFacility ? user.OrganisationId : null,
        };
    }
}
