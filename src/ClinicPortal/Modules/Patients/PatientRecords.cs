using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Patients;

internal sealed class PatientRecords(
    PatientsDbContext db, PortalSession session, TenantScope scope, PatientAudience audience, PatientSearch search, Vault vault) : IPatients
{
    // Asked for every call that comes in, and by hand: EF takes longer to prepare and to read it than the database to answer.
    private const string ById = """
        SELECT tenant_id, family_name || ' ' || given_name, family_kana || ' ' || given_kana, birth_date, sex, coalesce(phone, mobile), sealed_place,
          primary_clinic_id, primary_clinic_name, secondary_clinic_id, secondary_clinic_name, facility_id, facility_name
        FROM patients.patient WHERE tenant_id = ANY ($1) AND id = $2
        """;

    public Task<PatientSnapshot?> FindAsync(PatientId id, CancellationToken cancellationToken) => FindAsync(id, audience.Knows, cancellationToken);

    private async Task<PatientSnapshot?> FindAsync(PatientId id, Func<PatientSnapshot, bool> mayKnow, CancellationToken cancellationToken)
    {
        var query = new NpgsqlBatchCommand(ById)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. scope.Tenants] }, new NpgsqlParameter<Guid> { TypedValue = id.Value } },
        };
        PatientSnapshot patient;
        Sealed<PatientPlace> place;
        await using (var row = await session.ReadAsync(query, cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
            {
                return null;
            }
            patient = new PatientSnapshot(
                row.GetGuid(0), id, row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), Enum.Parse<Sex>(row.GetString(4)), Text(row, 5),
                "", "", null, null, new ClinicId(row.GetGuid(7)), row.GetString(8), row.IsDBNull(9) ? null : new ClinicId(row.GetGuid(9)), Text(row, 10),
                row.IsDBNull(11) ? null : new FacilityId(row.GetGuid(11)), Text(row, 12));
            place = Sealed<PatientPlace>.Stored(row.GetFieldValue<byte[]>(6), PatientSearch.PlaceColumn);
        }
        return mayKnow(patient) ? At(patient, vault.Open(place, patient.TenantId, id.Value)) : null;
    }

    public Task<PatientSnapshot?> FindForVisitorAsync(PatientId id, CancellationToken cancellationToken) =>
        FindAsync(id, _ => audience.IsVisitor, cancellationToken);

    public async Task<IReadOnlyDictionary<ClinicId, int>> CountByClinicAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        !audience.IsPortal ? new Dictionary<ClinicId, int>() : await db.Patients.Where(p => p.RegisteredAt < before).GroupBy(p => p.PrimaryClinicId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => new ClinicId(g.Key), g => g.Count, cancellationToken);

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
            Snapshot(patient), patient.ChartNumber, patient.Mobile, patient.Place.Room, patient.Chart);
    }

    private static PatientSnapshot At(PatientSnapshot patient, PatientPlace place) =>
        patient with { Address = place.Address, TownName = place.TownName, Latitude = place.Latitude, Longitude = place.Longitude };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static PatientSnapshot Snapshot(Patient p) => new(
        p.TenantId, new PatientId(p.Id), $"{p.FamilyName} {p.GivenName}", $"{p.FamilyKana} {p.GivenKana}", p.BirthDate, p.Sex, p.Phone ?? p.Mobile,
        p.Place.Address, p.Place.TownName, p.Place.Latitude, p.Place.Longitude, new ClinicId(p.PrimaryClinicId), p.PrimaryClinicName,
        p.SecondaryClinicId is { } secondary ? new ClinicId(secondary) : null, p.SecondaryClinicName,
        p.FacilityId is { } facility ? new FacilityId(facility) : null, p.FacilityName);
}
