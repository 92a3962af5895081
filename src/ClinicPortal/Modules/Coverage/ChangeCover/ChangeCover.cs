using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Coverage.ChangeCover;

public sealed record ChangeCoverInput(string? Plan, DateOnly? StartsOn, int? Patients);

/// <summary>What a change costs: of the month in which it begins both parts, and every whole month before and after it. Yen without tax.</summary>
public sealed record ChangePreview(PricePlan Before, PricePlan After, DateOnly StartsOn, int Patients, int BeforeYen, int AfterYen)
{
    public int FirstMonth => Proration.Before(BeforeYen, StartsOn) + Proration.From(AfterYen, StartsOn);

    public int PartBefore => Proration.Before(BeforeYen, StartsOn);

    public int PartAfter => Proration.From(AfterYen, StartsOn);
}

/// <summary>プラン変更: from a night on another plan, or today's prices of the same one. Up at any time, down after the minimum term.</summary>
public sealed class ChangeCover(CoverageDbContext db, CoverAccess access, AuditTrail audit)
{
    private const int MostPatients = 100_000;

    public async Task<Result<Guid>> HandleAsync(Guid? clinic, ChangeCoverInput input, CancellationToken cancellationToken)
    {
        var taken = await access.TakeAsync(clinic, cancellationToken);
        if (!taken.Succeeded)
        {
            return Result<Guid>.Refused(taken.Errors);
        }
        var cover = taken.Value;
        var preview = Preview(cover, input);
        if (!preview.Succeeded)
        {
            return Result<Guid>.Refused(preview.Errors);
        }
        var version = cover.Last!;
        var list = cover.Tenant.Document.Prices.KeptSince(preview.Value.StartsOn);
        var next = version.ChangeTo(preview.Value.After, list.EffectiveFrom, preview.Value.StartsOn, preview.Value.Patients, cover.Now);
        // The old version ends before the new one is written: at no time are there two.
        await db.SaveChangesAsync(cancellationToken);
        db.Add(next);
        access.Note(
            cover, next, version.Plan == next.Plan ? CoverChangeKind.PricesTakenOver : CoverChangeKind.Changed, next.StartsOn, version.Plan, next.Plan);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(cover.Tenant.Id, "cover-subscription", next.Id, "plan");
        return next.Id;
    }

    public static Result<ChangePreview> Preview(CoverInHand cover, ChangeCoverInput input)
    {
        if (cover.Last is not { } version || cover.PlanOf(version) is not { } before)
        {
            return new Error("cover.none");
        }
        if (version.StartsOn > cover.Today)
        {
            return Error.Conflict("cover.change-pending");
        }
        if (input.Plan is null)
        {
            return Error.OnField("plan", "required");
        }
        if (input.StartsOn is not { } start)
        {
            return Error.OnField("startsOn", "required");
        }
        if (start <= cover.Today || start > cover.Today.AddMonths(CoverAccess.FarthestMonths) || start > version.EndsOn)
        {
            return Error.OnField("startsOn", "cover.change-out-of-range", CoverAccess.FarthestMonths);
        }
        var list = cover.Tenant.Document.Prices.KeptSince(start);
        if (list.PlanNamed(input.Plan) is not { } after)
        {
            return Error.OnField("plan", "cover.unknown-plan");
        }
        if (input.Patients is not (>= 0 and <= MostPatients))
        {
            return Error.OnField("patients", "cover.not-a-number", MostPatients);
        }
        if (after.Code == before.Code && list == cover.Tenant.Document.Prices.KeptSince(version.PriceFrom))
        {
            return Error.OnField("plan", "cover.nothing-changes");
        }
        var (beforeYen, afterYen) = (before.BaseFor(input.Patients.Value), after.BaseFor(input.Patients.Value));
        return afterYen < beforeYen && version.MinimumUntil >= start
            ? Error.OnField("startsOn", "cover.minimum-term", Shared.Calendar.ScreenDates.Day(version.MinimumUntil.Value))
            : new ChangePreview(before, after, start, input.Patients.Value, beforeYen, afterYen);
    }
}
