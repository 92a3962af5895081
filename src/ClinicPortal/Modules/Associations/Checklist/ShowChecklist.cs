using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Checklist;

/// <param name="Phone">The number that the test call goes to.</param>
public sealed record ChecklistModel(string ClinicName, string Phone, IReadOnlyList<StepState> Steps, bool MayAct, TimeZoneInfo Zone, FormState Form);

/// <summary>利用開始の準備 of the clinic whose person looks at it.</summary>
public sealed class ShowChecklist(AssociationsDbContext db, OwnClinic own, OnboardingProgress progress, MemberCheck association, CurrentUser user)
{
    /// <returns>Null when the clinic is not there.</returns>
    public async Task<ChecklistModel?> HandleAsync(FormState form, CancellationToken cancellationToken)
    {
        var id = own.Id;
        var clinic = await db.Clinics.Where(c => c.Id == id).Select(c => new { c.Name, c.Phone }).SingleOrDefaultAsync(cancellationToken);
        return clinic is null ? null : new ChecklistModel(
            clinic.Name, clinic.Phone, (await progress.ReadAsync(id, cancellationToken))[id], user.IsAdministrator, association.Association.Zone, form);
    }
}
