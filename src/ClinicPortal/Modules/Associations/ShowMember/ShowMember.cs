using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ShowMember;

public sealed record MemberModel(MemberClinic Clinic, MembershipState State, IReadOnlyList<StepState> Steps, IReadOnlyList<MembershipChange> History, OnboardingWatch? Watch, int StandsStillDays,
    TimeZoneInfo Zone, FormState Form);

/// <summary>One clinic as the secretariat sees it: what is registered, how it stands, what happened.</summary>
public sealed class ShowMember(AssociationsDbContext db, OnboardingProgress progress, MemberCheck association, TimeProvider clock)
{
    /// <returns>Null when there is no such clinic.</returns>
    public async Task<MemberModel?> HandleAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        var clinic = await db.Clinics.AsNoTracking().Include(c => c.Physicians).Include(c => c.Changes).SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        var watch = await db.Watches.AsNoTracking().SingleOrDefaultAsync(w => w.ClinicId == id, cancellationToken);
        return clinic is null ? null : new MemberModel(
            clinic, clinic.StateOn(association.Today), (await progress.ReadAsync(id, cancellationToken))[id], [.. clinic.Changes.OrderByDescending(c => c.At)], watch, watch?.DaysAt(clock.GetUtcNow()) ?? 0,
            association.Association.Zone, form);
    }
}
