using System.Text.Encodings.Web;
using System.Text.Json;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.WritePatient;

/// <summary>Fields that somebody else has written since the form was shown, with what stands beside each.</summary>
/// <param name="Before">Taken over into the form, by group: what the form had shown.</param>
/// <param name="Theirs">Typed over here too, by group: what is registered now.</param>
public sealed record ChangedMeanwhile(IReadOnlyDictionary<string, WrittenPatient> Before, IReadOnlyDictionary<string, WrittenPatient> Theirs)
{
    public static ChangedMeanwhile Nothing { get; } = new(new Dictionary<string, WrittenPatient>(), new Dictionary<string, WrittenPatient>());
}

/// <param name="Patient">Whose it is; null for a new patient.</param>
/// <param name="Begun">What the form showed before anybody typed; sent along with it, to tell afterwards who changed what.</param>
public sealed record PatientFormModel(FormedPatient? Patient, WrittenPatient Shown, WrittenPatient Begun, ChangedMeanwhile Changed, PatientContext Context, FormState Form)
{
    public const string SeenField = "seen";
    public const string VersionField = "version";

    /// <summary>Into an attribute, which is encoded once more.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Action => Patient is null ? "/patients/new" : $"/patients/{Patient.Id}/edit";

    public string Seen => JsonSerializer.Serialize(Begun.Fields, Readable);

    public IEnumerable<MemberClinicInfo> OtherClinics => Context.Clinics.Where(clinic => clinic != Context.Clinic);
}

public sealed record FormedPatient(Guid Id, string Name, uint Version);

/// <summary>The form of one patient: empty, as registered, or as it was typed and refused.</summary>
public sealed class ShowPatientForm(PatientsDbContext db, PatientContexts contexts, CurrentUser user, AuditTrail audit)
{
    public async Task<PatientFormModel> NewAsync(FormState form, CancellationToken cancellationToken) => new(
        null, Typed(form), WrittenPatient.Empty, ChangedMeanwhile.Nothing, await contexts.OwnAsync(cancellationToken), form);

    /// <returns>Null when there is no such patient of this clinic.</returns>
    public async Task<PatientFormModel?> EditAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        if (await db.Patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.PrimaryClinicId == user.OrganisationId, cancellationToken) is not { } patient)
        {
            return null;
        }
        audit.Opened(patient.TenantId, "patient", id, detail: "form");
        var stored = WrittenPatient.Of(patient);
        var model = new PatientFormModel(
            new FormedPatient(id, $"{patient.FamilyName} {patient.GivenName}", patient.Version), stored, stored, ChangedMeanwhile.Nothing,
            await contexts.OwnAsync(cancellationToken), form);
        if (form.Values.Count == 0)
        {
            return model;
        }
        var (begun, typed) = (Seen(form) ?? stored, Typed(form));
        var merged = MergedPatient.Of(begun, typed, stored);
        return model with
        {
            Shown = merged.Shown,
            Changed = new ChangedMeanwhile(merged.Taken.ToDictionary(group => group, _ => begun), merged.Disputed.ToDictionary(group => group, _ => stored)),
        };
    }

    private static WrittenPatient Typed(FormState form) => WrittenPatient.From(form.Values.Keys, form.Value);

    /// <returns>Null when it is not what the form sent.</returns>
    private static WrittenPatient? Seen(FormState form)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string?>>(form.Value(PatientFormModel.SeenField) ?? "null") is { } seen
                ? WrittenPatient.From(seen) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
