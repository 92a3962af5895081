using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.TriageCase;

/// <param name="Seen">The revision of the case that the form showed.</param>
public sealed record TriageCaseInput(Guid CaseId, TriageLevel? Level, string? Reason, bool ExpectedDeath, int? Seen = null);

/// <summary>緊急度を判定: a first level with its reason, by the operator or nurse.</summary>
public sealed class TriageCaseHandler(
    NightDeskContext db, CurrentUser user, CaseAccess access, CaseNews news, ITenantResolver tenants, TimeProvider clock)
{
    private const int MaxReason = 1_000;

    public async Task<Result<CaseReceipt>> HandleAsync(TriageCaseInput input, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(input.CaseId, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (!access.MayCarry)
        {
            return Error.Forbidden("forbidden");
        }
        if (found.IsNewerThan(input.Seen))
        {
            return Error.Conflict("changed-meanwhile");
        }
        if (input.Level is not { } level)
        {
            return Error.OnField("level", "required");
        }
        if (input.Reason?.Length > MaxReason)
        {
            return Error.OnField("reason", "too-long", MaxReason);
        }
        if (found.Triage(level, input.Reason, input.ExpectedDeath, user, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        await news.ChangedOnTheWayAsync(found, cancellationToken);
        return CaseReceipt.Of(found, tenants);
    }
}
