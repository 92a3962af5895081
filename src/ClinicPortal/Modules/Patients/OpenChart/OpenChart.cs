using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.OpenChart;

/// <param name="MayEdit">The reader's clinic is the primary physician's.</param>
public sealed record ChartModel(PatientSummary Summary, DateOnly Today, bool MayEdit);

/// <summary>A clinic opens the summary of its own patient; the night desk opens one from a case.</summary>
public sealed class OpenChart(IPatients patients, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <returns>Null when there is no such patient, or it is not this clinic's.</returns>
    public async Task<ChartModel?> HandleAsync(PatientId id, CancellationToken cancellationToken)
    {
        if (await patients.SummaryAsync(id, cancellationToken) is not { } summary)
        {
            return null;
        }
        audit.Opened(summary.Patient.TenantId, "patient", id.Value);
        return new ChartModel(
            summary, WallClock.Of(clock.GetUtcNow(), tenants.ById(summary.Patient.TenantId)!.Zone).Date, summary.Patient.PrimaryClinicId.Value == user.OrganisationId);
    }
}
