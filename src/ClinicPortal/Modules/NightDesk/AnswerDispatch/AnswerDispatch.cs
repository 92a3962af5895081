using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.AnswerDispatch;

/// <summary>The steps of a unit on its way.</summary>
public enum DispatchStep
{
    Accept,
    Decline,
    Depart,
    Arrive,
    Complete,

    /// <summary>取り下げる, by whoever carries the case.</summary>
    Withdraw,
}

public sealed record AnswerDispatchInput(Guid DispatchId, DispatchStep Step, string? Reason);

/// <summary>応需する, 応需できない, 出発, 到着, 診療終了 on the night phone; 取り下げる at the desk.</summary>
public sealed class AnswerDispatchHandler(NightDeskContext db, CurrentUser user, CaseAccess access, CaseNews news, TimeProvider clock)
{
    private const int MaxReason = 500;

    public async Task<Result<DispatchReceipt>> HandleAsync(AnswerDispatchInput input, CancellationToken cancellationToken)
    {
        // Those who carry the case, and those on the unit for as long as their night phone would show it.
        var concerned = access.MayCarry ? db.Dispatches : access.Own();
        if (await concerned.FirstOrDefaultAsync(d => d.Id == input.DispatchId, cancellationToken) is not { } dispatch)
        {
            return Error.NotFound("dispatch.not-found");
        }
        // The unit that declined no longer sees the case; its second answer must still be told apart from a stranger's.
        var found = await db.Cases.FirstAsync(c => c.TenantId == dispatch.TenantId && c.Id == dispatch.CaseId, cancellationToken);
        if (access.MayCarry && await access.FindAsync(found.Id, cancellationToken) is null)
        {
            return Error.NotFound("dispatch.not-found");
        }
        if (!MayTake(input.Step))
        {
            return Error.Forbidden("forbidden");
        }
        if (input.Reason?.Length > MaxReason)
        {
            return Error.OnField("reason", "too-long", MaxReason);
        }
        var now = clock.GetUtcNow();
        var refusal = input.Step switch
        {
            DispatchStep.Accept => dispatch.Accept(found, user, now),
            DispatchStep.Decline => dispatch.Decline(found, input.Reason, user, now),
            DispatchStep.Depart => dispatch.Depart(found, user, now),
            DispatchStep.Arrive => dispatch.Arrive(found, user, now),
            DispatchStep.Complete => dispatch.Complete(found, user, now),
            _ => dispatch.Withdraw(found, user, now),
        };
        if (refusal is not null)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        news.Changed(found, dispatch);
        return DispatchReceipt.Of(dispatch, found);
    }

    /// <summary>The doctor answers for the unit; the driver may tell where it is; the desk may take the request back or note what a unit says by phone.</summary>
    private bool MayTake(DispatchStep step) => user.Role switch
    {
        Roles.NightDoctor => step != DispatchStep.Withdraw,
        Roles.Driver => step is DispatchStep.Depart or DispatchStep.Arrive,
        _ => access.MayCarry && step != DispatchStep.Complete,
    };
}
