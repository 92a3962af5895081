using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Data;
using Npgsql;

namespace ClinicPortal.Modules.Patients.Data;

/// <summary>Writes patients together with the terms they are found by; nothing else writes either.</summary>
public sealed class PatientWriter(PatientsDbContext db, PortalSession session)
{
    public async Task AddAsync(IReadOnlyCollection<Patient> patients, CancellationToken cancellationToken)
    {
        db.Patients.AddRange(patients);
        await db.SaveChangesAsync(cancellationToken);
        // In the order of the index, and in one statement: a patient has some forty terms.
        var terms = patients.SelectMany(p => p.SearchTerms().Select(term => (p.TenantId, Term: term, p.Id)))
            .OrderBy(t => t.Term, StringComparer.Ordinal).ToList();
        await using var insert = new NpgsqlCommand(
            "INSERT INTO patients.patient_term (tenant_id, term, patient_id) SELECT * FROM unnest($1, $2, $3)",
            await session.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. terms.Select(t => t.TenantId)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. terms.Select(t => t.Term)] },
                new NpgsqlParameter<Guid[]> { TypedValue = [.. terms.Select(t => t.Id)] },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
