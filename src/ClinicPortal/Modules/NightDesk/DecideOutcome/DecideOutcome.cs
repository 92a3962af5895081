using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.NightDesk.DecideOutcome;

/// <param name="Reason">For a decline a code of the association's list; otherwise free text.</param>
/// <param name="RequestedBy">Who asked; the caller when left out.</param>
/// <param name="DoctorId">A doctor on duty who decided; left out when the caller of this is the deciding doctor.</param>
/// <param name="DoctorName">A doctor who is not on the rota, such as the primary physician on the phone.</param>
/// <param name="Seen">The revision of the case that the form showed.</param>
public sealed record DecideOutcomeInput(Guid CaseId, OutcomeKind? Outcome, string? Reason, string? RequestedBy, Guid? DoctorId, string? DoctorName, int? Seen = null);

/// <summary>The doctor's decision, taken down by whoever carries the case: who asked, which doctor decided, when.</summary>
public sealed class DecideOutcomeHandler(
    NightDeskContext db, CurrentUser user, CaseAccess access, CaseNews news, IRoster roster, ITenantResolver tenants, TimeProvider clock)
{
    private const int MaxText = 1_000;
    private const int MaxName = 100;

    public async Task<Result<CaseReceipt>> HandleAsync(DecideOutcomeInput input, CancellationToken cancellationToken)
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
        if (input.Outcome is not { } outcome)
        {
            return Error.OnField("outcome", "required");
        }
        if (outcome == OutcomeKind.VideoVisit)
        {
            return Error.OnField("outcome", "case.video-is-booked");
        }
        if (Check(input, found) is { } wrong)
        {
            return wrong;
        }
        var now = clock.GetUtcNow();
        if (await DoctorAsync(input, now, cancellationToken) is not { } doctor)
        {
            return Error.OnField("doctorId", "case.doctor-needed");
        }
        var requestedBy = input.RequestedBy ?? found.CallerName ?? found.CallerKind.ToString();
        if (found.Decide(outcome, input.Reason, requestedBy, doctor.Id, doctor.Name, user, now) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        news.Changed(found);
        return CaseReceipt.Of(found, tenants);
    }

    private Error? Check(DecideOutcomeInput input, Case found)
    {
        if (input.Reason?.Length > MaxText)
        {
            return Error.OnField("reason", "too-long", MaxText);
        }
        if (input.RequestedBy?.Length > MaxName)
        {
            return Error.OnField("requestedBy", "too-long", MaxName);
        }
        if (input.DoctorName?.Length > MaxName)
        {
            return Error.OnField("doctorName", "too-long", MaxName);
        }
        if (input.DoctorId is not null && !string.IsNullOrWhiteSpace(input.DoctorName))
        {
            return Error.OnField("doctorName", "case.doctor-twice");
        }
        return input.Outcome == OutcomeKind.Declined && tenants.ById(found.TenantId)!.Settings.DeclineReasons.All(r => r.Code != input.Reason)
            ? Error.OnField("reason", "case.decline-reason")
            : null;
    }

    /// <summary>Medical acts are decided by doctors only: somebody on duty, a named doctor on the phone, or the doctor who writes this.</summary>
    private async Task<(Guid? Id, string Name)?> DoctorAsync(DecideOutcomeInput input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (input.DoctorId is { } id)
        {
            var onDuty = (await roster.OnDutyAsync(now, cancellationToken)).FirstOrDefault(u => u.DoctorId.Value == id);
            return onDuty is null ? null : (id, onDuty.DoctorName);
        }
        if (!string.IsNullOrWhiteSpace(input.DoctorName))
        {
            return (null, input.DoctorName);
        }
        return user.Role is Roles.ClinicDoctor or Roles.NightDoctor ? (user.Id, user.Name) : null;
    }
}
