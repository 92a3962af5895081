using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>An organisation that is new to the portal: nobody works for it yet who could invite others.</summary>
/// <param name="InvitedBy">Who opens it, as the mail names them.</param>
public sealed record NewOrganisation(Guid TenantId, OrganisationKind Kind, Guid Id, string Name, string InvitedBy);

/// <summary>Lets the first person into an organisation. Called from work handlers.</summary>
public interface IFirstAdministrators
{
    /// <summary>
    /// Invites the owner of the address to administer the organisation, by mail. Does nothing while somebody administers it or holds
    /// such an invitation: called again, it writes no second mail.
    /// </summary>
    Task InviteAsync(NewOrganisation organisation, string role, string email, CancellationToken cancellationToken);
}
