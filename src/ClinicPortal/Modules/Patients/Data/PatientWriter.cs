using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Patients.Data;

/// <summary>Writes patients together with the terms they are found by; nothing else writes either.</summary>
public sealed class PatientWriter(PatientsDbContext db, PortalSession session)
{
    public async Task AddAsync(IReadOnlyCollection<Patient> patients, CancellationToken cancellationToken)
    {
        db.Patients.AddRange(patients);
        await db.SaveChangesAsync(cancellationToken);
        await AddTermsAsync(patients.SelectMany(p => p.SearchTerms().Select(term => (p.TenantId, Term: term, p.Id))), cancellationToken);
    }

    /// <summary>Writes what a patient is now; what nobody would find it by any more is forgotten.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else has written meanwhile.</exception>
    public async Task AmendAsync(Patient patient, PatientDetails details, CancellationToken cancellationToken)
    {
        var before = patient.SearchTerms().ToHashSet(StringComparer.Ordinal);
        patient.Amend(details);
        await db.SaveChangesAsync(cancellationToken);
        var now = patient.SearchTerms().ToHashSet(StringComparer.Ordinal);
        // By the whole key: a lookup of all terms of a patient would read the whole index.
        await using var delete = new NpgsqlCommand(
            "DELETE FROM patients.patient_term WHERE tenant_id = $1 AND term = ANY ($2) AND patient_id = $3", await session.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = patient.TenantId },
                new NpgsqlParameter<string[]> { TypedValue = [.. before.Except(now)] },
                new NpgsqlParameter<Guid> { TypedValue = patient.Id },
            },
        };
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await AddTermsAsync(now.Except(before).Select(term => (patient.TenantId, Term: term, patient.Id)), cancellationToken);
    }

    /// <summary>Until the end of the transaction nobody else writes patients of this clinic, so that nobody is registered twice.</summary>
    public Task LockAsync(Guid clinicId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({clinicId.ToString()}, 0))", cancellationToken);

    /// <summary>In the order of the index, and in one statement: a patient has some forty terms.</summary>
    private async Task AddTermsAsync(IEnumerable<(Guid TenantId, string Term, Guid Id)> added, CancellationToken cancellationToken)
    {
        var terms = added.OrderBy(t => t.Term, StringComparer.Ordinal).ToList();
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
