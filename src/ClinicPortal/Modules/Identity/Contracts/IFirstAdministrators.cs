using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>An organisation that is new to the portal: nobody works for it yet who could invite others.</summary>
/// <param name="InvitedBy">Who opens it, as the mail names them.</param>
public sealed record NewOrganisation(Guid TenantId, OrganisationKind Kind, Guid Id, string Name, string InvitedBy);

/// <param name="Exists">Somebody administers the organisation.</param>
/// <param name="InvitedEmail">Who holds an open invitation to administer it.</param>
public sealed record FirstAdministrator(bool Exists, string? InvitedEmail, DateTimeOffset? InvitedUntil);

/// <summary>Lets the first person into an organisation.</summary>
public interface IFirstAdministrators
{
    /// <summary>
    /// Invites the owner of the address to administer the organisation, by mail. Does nothing while somebody administers it or holds
    /// such an invitation: called again, it writes no second mail.
    /// </summary>
    Task InviteAsync(NewOrganisation organisation, string role, string email, CancellationToken cancellationToken);

    /// <summary>The same, for a person who knows better: open invitations to administer the organisation are taken back first.</summary>
    /// <returns>False when somebody administers it already: then nothing must be committed.</returns>
    Task<bool> InviteInsteadAsync(NewOrganisation organisation, string role, string email, CancellationToken cancellationToken);

    Task<FirstAdministrator> FindAsync(Guid organisationId, CancellationToken cancellationToken);
}
