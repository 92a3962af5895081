using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Patients.SearchPatients;

/// <summary>Patients by any part of name, kana or phone number and by birth date, among those the caller may know of.</summary>
public sealed class SearchPatients(PatientSearch search, AuditTrail audit)
{
    /// <summary>Who finds nobody among so many types another letter.</summary>
    public const int MostHits = 20;

    public async Task<Result<IReadOnlyList<PatientHit>>> HandleAsync(string? query, CancellationToken cancellationToken)
    {
        var asked = PatientQuery.Parse(query);
        if (!asked.Succeeded)
        {
            return Result<IReadOnlyList<PatientHit>>.Refused(asked.Errors);
        }
        var hits = await search.FindAsync(asked.Value, null, MostHits, cancellationToken);
        audit.Listed("patient", hits.Select(h => (h.TenantId, h.Id.Value)));
        return Result<IReadOnlyList<PatientHit>>.Of(hits);
    }
}
