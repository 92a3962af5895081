using System.Linq.Expressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients;

internal sealed class PatientRecords(PatientsDbContext db, PatientAudience audience, PatientSearch search, Vault vault) : IPatients
{
    /// <summary>All of a patient but where it lives, which is still sealed.</summary>
    private sealed record Unplaced(PatientSnapshot Patient, Sealed<PatientPlace> Place);

    private static readonly Expression<Func<Patient, Unplaced>> Snapshot = p => new Unplaced(
        new PatientSnapshot(
            p.TenantId, new PatientId(p.Id), p.FamilyName + " " + p.GivenName, p.FamilyKana + " " + p.GivenKana, p.BirthDate, p.Sex, p.Phone ?? p.Mobile,
            "", "", null, null, new ClinicId(p.PrimaryClinicId), p.PrimaryClinicName,
            p.SecondaryClinicId == null ? null : new ClinicId(p.SecondaryClinicId.Value), p.SecondaryClinicName,
            p.FacilityId == null ? null : new FacilityId(p.FacilityId.Value), p.FacilityName),
        p.SealedPlace);

    // Asked for every call that comes in: translated once, not looked up by its expression each time.
    private static readonly Func<PatientsDbContext, Guid, CancellationToken, Task<Unplaced?>> ById = EF.CompileAsyncQuery(
        (PatientsDbContext db, Guid id, CancellationToken _) => db.Patients.Where(p => p.Id == id).Select(Snapshot).SingleOrDefault());

    public async Task<PatientSnapshot?> FindAsync(PatientId id, CancellationToken cancellationToken) =>
        await ById(db, id.Value, cancellationToken) is { } found && audience.Knows(found.Patient)
            ? At(found.Patient, vault.Open(found.Place, found.Patient.TenantId, id.Value)) : null;

    public Task<PatientSummary?> SummaryAsync(PatientId id, CancellationToken cancellationToken) =>
        SummaryAsync(audience.Treated(db.Patients), id, cancellationToken);

    public Task<PatientSummary?> SummaryForCaseAsync(PatientId id, CancellationToken cancellationToken) =>
        SummaryAsync(db.Patients, id, cancellationToken);

    public async Task<IReadOnlyList<PatientHit>> SearchAsync(string query, Guid? association, int limit, CancellationToken cancellationToken) =>
        PatientQuery.Parse(query) is { Succeeded: true, Value: var asked } ? await search.FindAsync(asked, association, limit, cancellationToken) : [];

    public async Task<IReadOnlyList<PatientOnPaper>> OnPaperAsync(IReadOnlyCollection<ClinicId> clinics, CancellationToken cancellationToken)
    {
        var ids = clinics.Select(c => c.Value).ToList();
        var patients = await audience.Known(db.Patients.AsNoTracking()).Where(p => ids.Contains(p.PrimaryClinicId))
            .OrderBy(p => p.PrimaryClinicName).ThenBy(p => p.FamilyKana).ThenBy(p => p.GivenKana)
            .ToListAsync(cancellationToken);
        return patients.ConvertAll(p => new PatientOnPaper(
            p.TenantId, new PatientId(p.Id), $"{p.FamilyName} {p.GivenName}", $"{p.FamilyKana} {p.GivenKana}", p.BirthDate, p.Sex, p.Phone ?? p.Mobile,
            p.Place.Address, p.PrimaryClinicName, p.FacilityName, p.Chart));
    }

    private static async Task<PatientSummary?> SummaryAsync(IQueryable<Patient> patients, PatientId id, CancellationToken cancellationToken)
    {
        var patient = await patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id.Value, cancellationToken);
        return patient is null ? null : new PatientSummary(
            At(ToSnapshot(patient).Patient, patient.Place), patient.ChartNumber, patient.Mobile, patient.Place.Room, patient.Chart);
    }

    private static PatientSnapshot At(PatientSnapshot patient, PatientPlace place) =>
        patient with { Address = place.Address, TownName = place.TownName, Latitude = place.Latitude, Longitude = place.Longitude };

    private static readonly Func<Patient, Unplaced> ToSnapshot = Snapshot.Compile();
}
