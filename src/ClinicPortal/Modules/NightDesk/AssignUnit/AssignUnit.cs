using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.NightDesk.AssignUnit;

/// <param name="UnitId">The suggested unit when left out.</param>
public sealed record AssignUnitInput(Guid CaseId, Guid? UnitId);

/// <summary>担当を割り当てる: asks a unit on duty to go.</summary>
public sealed class AssignUnitHandler(
    NightDeskContext db, CurrentUser user, CaseAccess access, CaseNews news, SuggestUnits suggest, TimeProvider clock)
{
    public async Task<Result<DispatchReceipt>> HandleAsync(AssignUnitInput input, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(input.CaseId, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (!access.MayCarry)
        {
            return Error.Forbidden("forbidden");
        }
        var now = clock.GetUtcNow();
        var choices = await suggest.ForAsync(found, now, cancellationToken);
        var choice = input.UnitId is { } wanted ? choices.FirstOrDefault(c => c.Unit.UnitId == wanted) : choices.FirstOrDefault(c => !c.DeclinedThis);
        if (choice is null)
        {
            return Error.OnField("unitId", input.UnitId is null ? "dispatch.nobody-on-duty" : "dispatch.unit-not-on-duty");
        }
        var offered = Dispatch.Offer(found, choice.Unit, choice.DistanceMetres, choice.MinutesToDoor, user, now);
        if (!offered.Succeeded)
        {
            return offered.Errors[0];
        }
        db.Dispatches.Add(offered.Value);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException raced) when (raced.InnerException is PostgresException { ConstraintName: "dispatch_one_active" })
        {
            return Error.Conflict("dispatch.already-assigned");
        }
        news.Changed(found, offered.Value);
        return DispatchReceipt.Of(offered.Value, found);
    }
}
