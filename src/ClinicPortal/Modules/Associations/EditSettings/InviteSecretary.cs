using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>Lets the first person into the secretariat of an association that was opened, who then invites everybody else.</summary>
public sealed class InviteSecretary(SettingsVersions versions, OpenAssociation associations, IFirstAdministrators administrators, CurrentUser user)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, FormPost form, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { IsOpen: true } || await associations.DocumentAsync(id, cancellationToken) is not { } document)
        {
            return Error.NotFound("association.not-found");
        }
        if (form.Text("email") is not { } email)
        {
            return Error.OnField("email", "required");
        }
        if (!MailAddresses.IsPlain(email))
        {
            return Error.OnField("email", "association.not-an-address");
        }
        var opened = new NewOrganisation(id, OrganisationKind.Association, id, document.Settings.Name.Ja, user.Name);
        return await administrators.InviteInsteadAsync(opened, Roles.Secretariat, email, cancellationToken) ? id : Error.Conflict("association.administered");
    }
}
