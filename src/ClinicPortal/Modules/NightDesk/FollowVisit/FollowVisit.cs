using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.FollowVisit;

/// <summary>How far help has come, in the words of those who wait for it.</summary>
public enum VisitProgress
{
    Received,
    Deciding,
    Arranging,
    Preparing,
    OnTheWay,
    Arrived,
}

/// <param name="ExpectedAt">When the unit should be at the door.</param>
public sealed record FollowedVisit(string Number, VisitProgress Progress, DateTimeOffset ReceivedAt, DateTimeOffset? ExpectedAt, DateTimeOffset Now, TenantInfo Tenant);

/// <summary>依頼状況: what a family who waits sees by its link. No name, no address, nothing clinical; and nothing at all once the visit is over.</summary>
public sealed class FollowVisit(NightDeskContext db, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    public static VisitorPurpose Purpose { get; } = new("follow-visit", "/follow");

    /// <returns>Null when there is nothing (any more) to wait for.</returns>
    public async Task<FollowedVisit?> HandleAsync(Guid caseId, CancellationToken cancellationToken)
    {
        if (await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == caseId, cancellationToken) is not { } found || ProgressOf(found.Status) is not { } progress)
        {
            return null;
        }
        var unit = await db.Dispatches.AsNoTracking()
            .Where(d => d.TenantId == found.TenantId && d.CaseId == caseId && (d.State == DispatchState.Accepted || d.State == DispatchState.Departed))
            .OrderByDescending(d => d.OfferedAt).FirstOrDefaultAsync(cancellationToken);
        audit.Opened(found.TenantId, "case-progress", caseId, Purpose.Name, patient: found.PatientId);
        return new FollowedVisit(
            found.Number, progress, found.ReceivedAt,
            unit is { MinutesToDoor: { } minutes } ? (unit.DepartedAt ?? unit.AnsweredAt ?? unit.OfferedAt).AddMinutes(minutes) : null,
            clock.GetUtcNow(), tenants.ById(found.TenantId)!);
    }

    internal static VisitProgress? ProgressOf(CaseStatus status) => status switch
    {
        CaseStatus.Received => VisitProgress.Received,
        CaseStatus.Triaged => VisitProgress.Deciding,
        CaseStatus.DispatchRequested => VisitProgress.Arranging,
        CaseStatus.Accepted => VisitProgress.Preparing,
        CaseStatus.EnRoute => VisitProgress.OnTheWay,
        CaseStatus.OnSite => VisitProgress.Arrived,
        _ => null,
    };
}
