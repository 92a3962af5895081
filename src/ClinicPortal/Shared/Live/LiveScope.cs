using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Shared.Live;

/// <summary>In which associations the reader of a live page has a say. A cover agreement that ends, or begins, changes it while the page is open.</summary>
internal sealed class LiveScope(CurrentUser user, PortalHost host, ScopeOf scope)
{
    /// <summary>The fingerprint of the moment in which the page joined.</summary>
    public string AsJoined { get; } = Now(user, host, scope);

    public bool HasChanged => Now(user, host, scope) != AsJoined;

    /// <summary>As short for a desk of a hundred associations as for a clinic of one.</summary>
    public static string Fingerprint(IEnumerable<Guid> tenants) => Convert.ToHexString(
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', tenants.Order().Select(tenant => tenant.ToString("N"))))));

    private static string Now(CurrentUser user, PortalHost host, ScopeOf scope) => Fingerprint(scope.User(user, host).Select(tenant => tenant.Value));
}
