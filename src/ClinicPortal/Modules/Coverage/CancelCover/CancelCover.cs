using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Modules.Coverage.Watch;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Coverage.CancelCover;

/// <summary>解約: the last night keeps the notice and the minimum term; until then the cancellation can be taken back.</summary>
public sealed class CancelCover(CoverageDbContext db, CoverAccess access, PortalSession session, AuditTrail audit)
{
    public async Task<Result<Guid>> HandleAsync(Guid? clinic, DateOnly? lastNight, CancellationToken cancellationToken)
    {
        var taken = await access.TakeAsync(clinic, cancellationToken);
        if (!taken.Succeeded)
        {
            return Result<Guid>.Refused(taken.Errors);
        }
        var cover = taken.Value;
        if (cover.Last is not { } version)
        {
            return new Error("cover.none");
        }
        if (version.EndsOn is not null)
        {
            return Error.Conflict("cover.already-ends");
        }
        if (lastNight is not { } last)
        {
            return Error.OnField("lastNight", "required");
        }
        var earliest = version.EarliestEnd(cover.Today, cover.PlanOf(version)?.NoticeDays ?? 0);
        if (last < earliest)
        {
            return Error.OnField("lastNight", "cover.too-early", ScreenDates.Day(earliest));
        }
        version.EndOn(last);
        access.Note(cover, version, CoverChangeKind.Cancelled, last, version.Plan);
        foreach (var alarm in ExpiryAlarm.Before(cover.Tenant, version, cover.Now))
        {
            session.Enqueue(alarm);
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(cover.Tenant.Id, "cover-subscription", version.Id, "cancelled");
        return version.Id;
    }

    public async Task<Result<Guid>> TakeBackAsync(Guid? clinic, CancellationToken cancellationToken)
    {
        var taken = await access.TakeAsync(clinic, cancellationToken);
        if (!taken.Succeeded)
        {
            return Result<Guid>.Refused(taken.Errors);
        }
        var cover = taken.Value;
        if (cover.Last is not { EndsOn: not null } version)
        {
            return new Error("cover.not-cancelled");
        }
        if (cover.Clinic.Membership.LeavesOn is not null)
        {
            return new Error("cover.leaves");
        }
        version.RunOn();
        access.Note(cover, version, CoverChangeKind.CancellationTakenBack, cover.Today, version.Plan);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(cover.Tenant.Id, "cover-subscription", version.Id, "runs-on");
        return version.Id;
    }
}
