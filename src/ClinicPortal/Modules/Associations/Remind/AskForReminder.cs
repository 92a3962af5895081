using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Remind;

/// <summary>The secretariat has a clinic reminded now, at most once a day.</summary>
public sealed class AskForReminder(AssociationsDbContext db, OnboardingProgress progress, MemberCheck association, PortalSession session, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Clinics.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } clinic)
        {
            return Error.NotFound("clinic.not-found");
        }
        if (clinic.ContactEmail is null)
        {
            return new Error("reminder.no-address");
        }
        if ((await progress.ReadAsync(id, cancellationToken))[id].All(s => s.IsDone))
        {
            return new Error("reminder.nothing-open");
        }
        var now = clock.GetUtcNow();
        session.Enqueue(RemindClinic.Of(association.Association, id, $"asked:{association.Today:yyyy-MM-dd}", now));
        // Whoever let the invitation expire gets a new one.
        session.Enqueue(InviteAdministrator.Of(clinic.TenantId, id, now));
        return id;
    }
}
