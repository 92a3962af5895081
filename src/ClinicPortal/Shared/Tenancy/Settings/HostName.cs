using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// The first label of an association's host: one that the domain name system carries (RFC 1035, in small letters), and none that
/// people or programs take for something else of the platform's.
/// </summary>
public readonly partial record struct HostName(string Value) : IParsable<HostName>
{
    /// <summary>Two to 31 characters; no hyphen at an end, nor in third and fourth place, where encoded names have theirs (RFC 5891).</summary>
    public const string Pattern = "^(?!..--)[a-z][a-z0-9-]{0,29}[a-z0-9]$";

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "www", "api", "app", "admin", "administrator", "root", "portal", "platform", "operator", "system", "localhost",
        "sign-in", "signin", "sign-out", "signout", "sign-up", "login", "logout", "auth", "oauth", "oidc", "sso", "id", "identity", "account", "accounts",
        "session", "places", "desk", "desks", "night-desk", "secretariat", "clinic", "clinics", "patient", "patients", "family", "link", "links",
        "static", "assets", "cdn", "files", "media", "download", "downloads", "docs", "help", "support", "status", "health", "metrics",
        "mail", "email", "smtp", "imap", "pop", "mx", "ns", "ns1", "ns2", "dns", "ftp", "vpn", "proxy", "gateway", "wpad", "autodiscover", "autoconfig",
        "live", "dev", "test", "staging", "demo", "internal", "intranet", "security", "abuse", "postmaster", "hostmaster", "webmaster", "billing", "pay",
    ]);

    public static bool IsReserved(string label) => Reserved.Contains(label);

    public static HostName Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var name) ? name : throw new FormatException($"'{s}' is not a name that an association may have.");

    /// <returns>False for reserved names only: what is no name at all is told by <see cref="Pattern"/>, in words of its own.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out HostName result)
    {
        result = new HostName(s ?? "");
        return s is not null && !IsReserved(s);
    }

    public static bool IsWellFormed(string label) => WellFormed().IsMatch(label);

    [GeneratedRegex(Pattern)]
    private static partial Regex WellFormed();
}
