using System.Linq.Expressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients;

internal sealed class PatientRecords(PatientsDbContext db, PatientAudience audience, PatientSearch search) : IPatients
{
    private static readonly Expression<Func<Patient, PatientSnapshot>> Snapshot = p => new PatientSnapshot(
        p.TenantId, new PatientId(p.Id), p.FamilyName + " " + p.GivenName, p.FamilyKana + " " + p.GivenKana, p.BirthDate, p.Sex, p.Phone ?? p.Mobile,
        p.Address, p.TownName, p.Latitude, p.Longitude, new ClinicId(p.PrimaryClinicId), p.PrimaryClinicName,
        p.SecondaryClinicId == null ? null : new ClinicId(p.SecondaryClinicId.Value), p.SecondaryClinicName,
        p.FacilityId == null ? null : new FacilityId(p.FacilityId.Value), p.FacilityName);

    // Asked for every call that comes in: translated once, not looked up by its expression each time.
    private static readonly Func<PatientsDbContext, Guid, CancellationToken, Task<PatientSnapshot?>> ById = EF.CompileAsyncQuery(
        (PatientsDbContext db, Guid id, CancellationToken _) => db.Patients.Where(p => p.Id == id).Select(Snapshot).SingleOrDefault());

    public async Task<PatientSnapshot?> FindAsync(PatientId id, CancellationToken cancellationToken) =>
        await ById(db, id.Value, cancellationToken) is { } patient && audience.Knows(patient) ? patient : null;

    public Task<PatientSummary?> SummaryAsync(PatientId id, CancellationToken cancellationToken) =>
        SummaryAsync(audience.Treated(db.Patients), id, cancellationToken);

    public Task<PatientSummary?> SummaryForCaseAsync(PatientId id, CancellationToken cancellationToken) =>
        SummaryAsync(db.Patients, id, cancellationToken);

    public async Task<IReadOnlyList<PatientHit>> SearchAsync(string query, Guid? association, int limit, CancellationToken cancellationToken) =>
        PatientQuery.Parse(query) is { Succeeded: true, Value: var asked } ? await search.FindAsync(asked, association, limit, cancellationToken) : [];

    public async Task<IReadOnlyList<PatientOnPaper>> OnPaperAsync(IReadOnlyCollection<ClinicId> clinics, CancellationToken cancellationToken)
    {
        var ids = clinics.Select(c => c.Value).ToList();
        return await audience.Known(db.Patients.AsNoTracking()).Where(p => ids.Contains(p.PrimaryClinicId))
            .OrderBy(p => p.PrimaryClinicName).ThenBy(p => p.FamilyKana).ThenBy(p => p.GivenKana)
            .Select(p => new PatientOnPaper(
                p.TenantId, new PatientId(p.Id), p.FamilyName + " " + p.GivenName, p.FamilyKana + " " + p.GivenKana, p.BirthDate, p.Sex, p.Phone ?? p.Mobile,
                p.Address, p.PrimaryClinicName, p.FacilityName, p.Chart))
            .ToListAsync(cancellationToken);
    }

    private static async Task<PatientSummary?> SummaryAsync(IQueryable<Patient> patients, PatientId id, CancellationToken cancellationToken)
    {
        var patient = await patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id.Value, cancellationToken);
        return patient is null ? null : new PatientSummary(ToSnapshot(patient), patient.ChartNumber, patient.Mobile, patient.Room, patient.Chart);
    }

    private static readonly Func<Patient, PatientSnapshot> ToSnapshot = Snapshot.Compile();
}
