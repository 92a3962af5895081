using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Modules.Patients.WritePatient;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.ShowHistory;

public sealed record HistoryModel(Guid PatientId, string Name, string Registered, IReadOnlyList<HistoryChange> Changes, bool Cut);

public sealed record HistoryChange(string At, string Person, string Role, IReadOnlyList<ChangedField> Fields);

/// <param name="Before">What stood there; empty when nothing did.</param>
public sealed record ChangedField(string Label, string Before, string After);

/// <summary>変更履歴: every change of a patient's record with what stood there before, the newest first, for the clinic that keeps it.</summary>
public sealed class ShowHistory(
    PatientsDbContext db, PatientContexts contexts, CurrentUser user, AuditTrail audit, ITenantResolver tenants, IStringLocalizer<PatientsText> text,
    IStringLocalizer<SharedText> shared)
{
    private const int Limit = 200;

    /// <returns>Null when there is no such patient of this clinic.</returns>
    public async Task<HistoryModel?> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.PrimaryClinicId == user.OrganisationId, cancellationToken) is not { } patient)
        {
            return null;
        }
        var versions = await db.Versions.AsNoTracking().Where(v => v.PatientId == id).OrderByDescending(v => v.ReplacedAt).ThenByDescending(v => v.Id)
            .Take(Limit + 1).ToListAsync(cancellationToken);
        audit.Opened(patient.TenantId, RecordKinds.Patient, id, detail: "history");
        var context = await contexts.OwnAsync(cancellationToken);
        var zone = tenants.ById(patient.TenantId)!.Zone;
        var (changes, after) = (new List<HistoryChange>(), WrittenPatient.Of(patient));
        foreach (var version in versions.Take(Limit))
        {
            var before = WrittenPatient.From(version.Fields.Select(field => KeyValuePair.Create<string, string?>(field.Key, field.Value)));
            var now = after;
            changes.Add(new HistoryChange(
                ScreenDates.NearDayAndTime(version.ReplacedAt, zone), version.ReplacedByName, shared[$"Role.{version.Role}"],
                [.. version.Changed.Select(group => new ChangedField(text[$"Group.{group}"], ChangeNote.Told(before, group, context, text), ChangeNote.Told(now, group, context, text)))]));
            after = before;
        }
        return new HistoryModel(
            id, $"{patient.FamilyName} {patient.GivenName}", ScreenDates.NearDayAndTime(patient.RegisteredAt, zone), changes, versions.Count > Limit);
    }
}
