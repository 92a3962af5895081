using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Identity.Passkeys;

/// <summary>
/// Passkeys belong to the installation's domain and are used on its sign-in host only. The device must have known the person, by face,
/// finger or number: so a passkey is both factors at once.
/// </summary>
internal sealed class PasskeySetup(IOptions<PortalHostOptions> hosts) : IConfigureOptions<IdentityPasskeyOptions>
{
    public void Configure(IdentityPasskeyOptions options)
    {
        options.ServerDomain = hosts.Value.BaseDomain;
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
        options.AttestationConveyancePreference = "none";
        options.ValidateOrigin = context => ValueTask.FromResult(
            !context.CrossOrigin && Uri.TryCreate(context.Origin, UriKind.Absolute, out var origin) && IsSignInHost(origin));
    }

    private bool IsSignInHost(Uri origin) =>
        origin.Host == hosts.Value.BaseDomain && (origin.Scheme == Uri.UriSchemeHttps || (origin.Scheme == Uri.UriSchemeHttp && origin.IsLoopback));
}
