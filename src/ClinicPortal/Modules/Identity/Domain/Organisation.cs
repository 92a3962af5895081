using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>Whose people and keys an administrator manages.</summary>
/// <param name="TenantId">None for a desk and the platform.</param>
internal sealed record Organisation(OrganisationKind Kind, Guid Id, Guid? TenantId)
{
    /// <summary>The roles that a member of an organisation of this kind can have. Any other is refused, whatever the form says.</summary>
    public IReadOnlyList<string> Roles => RolesOf(Kind);

    public static Organisation Of(CurrentUser user) => new(
        user.OrganisationKind, user.OrganisationId ?? throw new InvalidOperationException("A member belongs to an organisation."), user.TenantId);

    public static IReadOnlyList<string> RolesOf(OrganisationKind kind) => kind switch
    {
        // An association without a desk has its night crew itself.
        OrganisationKind.Association => [Shared.Access.Roles.Secretariat, Shared.Access.Roles.NightDoctor, Shared.Access.Roles.Driver],
        OrganisationKind.MemberClinic => [Shared.Access.Roles.ClinicDoctor, Shared.Access.Roles.ClinicStaff],
        OrganisationKind.CareFacility => [Shared.Access.Roles.FacilityStaff],
        OrganisationKind.Desk => [Shared.Access.Roles.DeskOperator, Shared.Access.Roles.NightDoctor, Shared.Access.Roles.Driver],
        _ => [Shared.Access.Roles.PlatformOperator],
    };
}
