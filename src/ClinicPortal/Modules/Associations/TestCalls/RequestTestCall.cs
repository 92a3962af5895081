using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.TestCalls;

/// <summary>A clinic asks to be called at its registered number.</summary>
public sealed class RequestTestCall(
    AssociationsDbContext db, OwnClinic own, MemberCheck association, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(CancellationToken cancellationToken)
    {
        var clinic = await own.ForAdministratorAsync(cancellationToken);
        if (!clinic.Succeeded)
        {
            return Result<Guid>.Refused(clinic.Errors);
        }
        await association.LockAsync(cancellationToken);
        if (await db.TestCalls.AnyAsync(t => t.ClinicId == clinic.Value.Id && t.CalledAt == null, cancellationToken))
        {
            return Error.Conflict("test-call.waiting");
        }
        var call = new TestCall(clinic.Value, user, clock.GetUtcNow());
        db.TestCalls.Add(call);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(clinic.Value.TenantId, "test-call", call.Id);
        return call.Id;
    }
}
