namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>Addresses of the installation's own hosts.</summary>
public interface IPortalAddresses
{
    /// <summary>For links in mails, which are made without a request: scheme, host and port.</summary>
    /// <param name="identifier">Of the association or desk; empty for the sign-in host.</param>
    string InMails(string identifier);
}
