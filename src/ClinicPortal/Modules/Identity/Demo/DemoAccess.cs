using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.Demo;

/// <param name="Folder">The tenants folder that the account comes from.</param>
/// <param name="Host">Identifier of the association or desk where it works.</param>
public sealed record DemoSignIn(string Folder, string Host, string Email, string Name, string Role, string Organisation);

/// <summary>The ready sign-ins and keys of the demonstration, for the sign-in page and the console. Empty where none was seeded.</summary>
internal sealed class DemoAccess
{
    /// <summary>Of every demo account. Demo accounts are made in Development only.</summary>
    public const string Password = "Setagaya-2026!";

    public IReadOnlyList<DemoSignIn> SignIns { get; private set; } = [];

    public IReadOnlyList<string> Keys { get; private set; } = [];

    public void Offer(IReadOnlyList<DemoSignIn> signIns, IReadOnlyList<string> keys) => (SignIns, Keys) = (signIns, keys);

    /// <summary>A few of each kind, of one host or of all.</summary>
    public IReadOnlyList<DemoSignIn> SignInsFor(PortalHost? host) =>
    [
        .. SignIns.Where(s => host is null || s.Host == host.Identifier)
            .GroupBy(s => (s.Folder, s.Role))
            .SelectMany(kind => kind.Take(host is null ? 1 : 2)),
    ];
}
