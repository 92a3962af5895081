using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.OpenChart;

/// <summary>What lets the reader see the chart when it is not the chart of the reader's own patient.</summary>
/// <param name="By">The clinic that shares it; null when it was opened in an emergency.</param>
public sealed record BorrowedChart(Guid Id, string? By, DateTimeOffset Until);

/// <param name="MayEdit">The reader's clinic is the primary physician's.</param>
/// <param name="MaySeeLooks">The reader may see who else looked.</param>
public sealed record ChartModel(PatientSummary Summary, DateOnly Today, bool MayEdit, bool MaySeeLooks, BorrowedChart? Borrowed, TimeZoneInfo Zone, string Back)
{
    /// <summary>The reader's clinic may book a consultation by video.</summary>
    public bool OffersVideo { get; init; }

    /// <summary>The association offers online consultations, and the reader's clinic is one of the patient's.</summary>
    public bool MaySeePlan { get; init; }
}

/// <summary>
/// A clinic opens the summary of its own patient, anybody one that is shared with them or that they opened in an emergency tonight;
/// the night desk opens others from a case.
/// </summary>
public sealed class OpenChart(IPatients patients, PatientAudience audience, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <returns>Null when there is no such patient, or it is not for this reader.</returns>
    public async Task<ChartModel?> HandleAsync(PatientId id, CancellationToken cancellationToken)
    {
        if (await patients.SummaryAsync(id, cancellationToken) is not { } summary)
        {
            return null;
        }
        var borrowed = audience.Treats(summary.Patient) ? null : await BorrowedAsync(id.Value, cancellationToken);
        if (borrowed is { By: null })
        {
            audit.BrokeGlass(summary.Patient.TenantId, "patient", id.Value, $"break-glass {borrowed.Id}");
        }
        else
        {
            audit.Opened(summary.Patient.TenantId, "patient", id.Value, borrowed is null ? null : $"shared {borrowed.Id}");
        }
        var tenant = tenants.ById(summary.Patient.TenantId)!;
        var zone = tenant.Zone;
        var isPrimary = summary.Patient.PrimaryClinicId.Value == user.OrganisationId;
        return new ChartModel(
            summary, WallClock.Of(clock.GetUtcNow(), zone).Date, isPrimary, isPrimary && (user.Is(Roles.ClinicDoctor) || user.IsAdministrator), borrowed, zone,
            user.Is(Roles.DeskOperator, Roles.NightDoctor) ? "/break-glass" : "/patients")
        {
            OffersVideo = audience.Treats(summary.Patient) && tenant.Settings.OnlineConsultation is not null,
            MaySeePlan = tenant.Settings.OnlineConsultation is not null && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff)
                && (isPrimary || summary.Patient.SecondaryClinicId?.Value == user.OrganisationId),
        };
    }

    private async Task<BorrowedChart?> BorrowedAsync(Guid id, CancellationToken cancellationToken) =>
        await audience.Grants().Where(g => g.PatientId == id && g.Summary).OrderByDescending(g => g.ExpiresAt)
            .Select(g => new BorrowedChart(g.Id, g.ClinicName, g.ExpiresAt)).FirstOrDefaultAsync(cancellationToken)
        ?? await audience.BrokenGlass().Where(b => b.PatientId == id).OrderByDescending(b => b.EndsAt)
            .Select(b => new BorrowedChart(b.Id, null, b.EndsAt)).FirstOrDefaultAsync(cancellationToken);
}
