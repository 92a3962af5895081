using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Identity.Domain;
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

    /// <summary>What the app of a demo account would be given: for trying out a real authenticator.</summary>
    public static byte[] AuthenticatorSecret(string email) => SHA256.HashData(Encoding.UTF8.GetBytes($"demo authenticator {email}"))[..20];

    /// <summary>
    /// What the second step of a demo account shows on the page itself, in place of an app. It is made for one sign-in, so that several
    /// people can be the same demo person at the same moment. Null for everybody else.
    /// </summary>
    public string? CodeFor(Account account, SignInAttempt attempt) => SignIns.Any(s => s.Email == account.UserName)
        ? (BitConverter.ToUInt32(SHA256.HashData([.. "demo code "u8, .. attempt.Sha256])) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture)
        : null;

    public bool Accepts(Account account, SignInAttempt attempt, string code) => CodeFor(account, attempt) is { } shown && shown == code;

    /// <summary>A few of each kind, of one host or of all.</summary>
    public IReadOnlyList<DemoSignIn> SignInsFor(PortalHost? host) =>
    [
        .. SignIns.Where(s => host is null || s.Host == host.Identifier)
            .GroupBy(s => (s.Folder, s.Role))
            .SelectMany(kind => kind.Take(host is null ? 1 : 2)),
    ];
}
