using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients;

/// <summary>How many patients clinics have registered; who they are is not said.</summary>
internal sealed class PatientsOnboarding(PatientsDbContext db) : IOnboardingFacts
{
    public OnboardingStep Step => OnboardingStep.Patients;

    public async Task<IReadOnlyDictionary<ClinicId, OnboardingFact>> ReadAsync(ClinicId? clinic, CancellationToken cancellationToken)
    {
        var id = clinic?.Value;
        return await db.Patients.Where(p => id == null || p.PrimaryClinicId == id)
            .GroupBy(p => p.PrimaryClinicId).Select(patients => new { patients.Key, Count = patients.Count() })
            .ToDictionaryAsync(row => new ClinicId(row.Key), row => new OnboardingFact(row.Count), cancellationToken);
    }
}
