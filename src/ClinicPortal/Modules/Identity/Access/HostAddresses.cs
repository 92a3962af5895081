using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Addresses of the installation's own hosts, the only ones that a sign-in ever leads to.</summary>
internal sealed class HostAddresses(IOptions<PortalHostOptions> options, IServer server, IConfiguration configuration) : IPortalAddresses
{
    /// <param name="identifier">Of the association or desk; empty for the sign-in host.</param>
    /// <param name="request">Whose scheme and port the address has.</param>
    public string Of(string identifier, HttpRequest request) => Of(identifier, request.Scheme, request.Host.Port);

    /// <summary>Where an association's provider sends browsers back to. Each has an address of its own, so that none answers for another.</summary>
    public string OutsideCallback(string identifier, HttpRequest request) => $"{Of("", request)}/sign-in/outside/{identifier}/callback";

    public string InMails(string identifier)
    {
        if (options.Value.Address is { } address)
        {
            return Of(identifier, address.Scheme, address.IsDefaultPort ? null : address.Port);
        }
        var listens = BindingAddress.Parse(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            // A command beside the running portal listens nowhere itself.
            ?? configuration[WebHostDefaults.ServerUrlsKey]?.Split(';')[0]
            ?? throw new InvalidOperationException("PortalHost:Address is not configured, and the server listens nowhere."));
        return Of(identifier, listens.Scheme, listens.Port);
    }

    public string Of(string identifier, string scheme, int? port) =>
        $"{scheme}://{(identifier.Length > 0 ? $"{identifier}." : "")}{options.Value.BaseDomain}{(port is null ? "" : $":{port}")}";
}
