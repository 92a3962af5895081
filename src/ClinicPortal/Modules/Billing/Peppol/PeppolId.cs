using System.Diagnostics.CodeAnalysis;
using ClinicPortal.Shared.Money;

namespace ClinicPortal.Modules.Billing.Peppol;

/// <summary>
/// Where a digital invoice is delivered: a scheme of Peppol's electronic address list and the identifier in it, as in <c>0188:7010001008844</c>.
/// Schemes are those that are used in Japan.
/// </summary>
public readonly record struct PeppolId : IParsable<PeppolId>
{
    /// <summary>適格請求書発行事業者登録番号.</summary>
    public const string Registration = "0221";

    /// <summary>法人番号.</summary>
    public const string Corporate = "0188";

    /// <summary>D-U-N-S, GLN, 標準企業コード and TDB 企業コード.</summary>
    private static readonly string[] Others = ["0060", "0088", "0147", "0170"];

    private const int LongestIdentifier = 50;

    private PeppolId(string scheme, string identifier) => (Scheme, Identifier) = (scheme, identifier);

    public string Scheme { get; }

    public string Identifier { get; }

    public override string ToString() => $"{Scheme}:{Identifier}";

    public static PeppolId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an electronic address of Peppol.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PeppolId result)
    {
        result = default;
        if (s?.Split(':') is not [var scheme, var identifier] || !IsIdentifier(scheme, identifier))
        {
            return false;
        }
        result = new PeppolId(scheme, identifier);
        return true;
    }

    private static bool IsIdentifier(string scheme, string identifier) => scheme switch
    {
        // An individual's registration number has no check digit that is published.
        Registration => identifier is ['T', .. { Length: 13 } digits] && digits.All(char.IsAsciiDigit),
        Corporate => RegistrationNumber.TryParse($"T{identifier}", out _),
        _ => Others.Contains(scheme) && identifier.Length is > 0 and <= LongestIdentifier && identifier.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'),
    };
}
