using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.PauseCover;

/// <summary>休止: nights without cover and without base, from tomorrow at the earliest; taken up again on any evening before their end.</summary>
public sealed class PauseCover(CoverageDbContext db, CoverAccess access, AuditTrail audit)
{
    private const int MostNights = 92;

    public async Task<Result<Guid>> HandleAsync(Guid? clinic, DateOnly? from, DateOnly? until, CancellationToken cancellationToken)
    {
        var taken = await access.TakeAsync(clinic, cancellationToken);
        if (!taken.Succeeded)
        {
            return Result<Guid>.Refused(taken.Errors);
        }
        var cover = taken.Value;
        if (cover.Last is not { } last)
        {
            return new Error("cover.none");
        }
        if (from is not { } first || until is not { } final)
        {
            return Error.OnField(from is null ? "from" : "until", "required");
        }
        if (first <= cover.Today || first > cover.Today.AddMonths(CoverAccess.FarthestMonths))
        {
            return Error.OnField("from", "cover.change-out-of-range", CoverAccess.FarthestMonths);
        }
        if (final < first || final.DayNumber - first.DayNumber >= MostNights)
        {
            return Error.OnField("until", "cover.pause-too-long", MostNights);
        }
        if (await db.Pauses.AnyAsync(p => p.ClinicId == cover.Clinic.Id.Value && (p.UntilNight == null || p.UntilNight >= cover.Today && p.UntilNight >= p.FromNight), cancellationToken))
        {
            return Error.Conflict("cover.paused-already");
        }
        db.Add(PausedNights.Of(cover.Tenant.Id, cover.Clinic.Id.Value, first, final, PauseReason.Own, cover.Now));
        access.Note(cover, last, CoverChangeKind.Paused, first, until: final);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(cover.Tenant.Id, "cover-subscription", last.Id, "paused");
        return last.Id;
    }

    public async Task<Result<Guid>> ResumeAsync(Guid? clinic, CancellationToken cancellationToken)
    {
        var taken = await access.TakeAsync(clinic, cancellationToken);
        if (!taken.Succeeded)
        {
            return Result<Guid>.Refused(taken.Errors);
        }
        var cover = taken.Value;
        var pause = await db.Pauses.SingleOrDefaultAsync(
            p => p.ClinicId == cover.Clinic.Id.Value && p.Reason == PauseReason.Own && p.UntilNight >= cover.Today && p.UntilNight >= p.FromNight, cancellationToken);
        if (pause is null || cover.Last is not { } last)
        {
            return new Error("cover.not-paused");
        }
        pause.End(cover.Today.AddDays(-1));
        access.Note(cover, last, CoverChangeKind.Resumed, cover.Today);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(cover.Tenant.Id, "cover-subscription", last.Id, "resumed");
        return last.Id;
    }
}
