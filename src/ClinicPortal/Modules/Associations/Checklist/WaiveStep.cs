using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Checklist;

/// <summary>The clinic says that it does not need a step of which only it can know that.</summary>
public sealed class WaiveStep(AssociationsDbContext db, OwnClinic own, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(OnboardingStep? step, CancellationToken cancellationToken)
    {
        var clinic = await own.ForAdministratorAsync(cancellationToken);
        if (!clinic.Succeeded)
        {
            return Result<Guid>.Refused(clinic.Errors);
        }
        if (step is not { } waived || !StepWaiver.MayWaive(waived))
        {
            return new Error("onboarding.needed");
        }
        if (!await db.Waivers.AnyAsync(w => w.ClinicId == clinic.Value.Id && w.Step == waived, cancellationToken))
        {
            db.Waivers.Add(new StepWaiver(clinic.Value, waived, user, clock.GetUtcNow()));
            await db.SaveChangesAsync(cancellationToken);
            audit.Changed(clinic.Value.TenantId, "onboarding-step", clinic.Value.Id, waived.ToString());
        }
        return clinic.Value.Id;
    }
}
