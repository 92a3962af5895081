using System.Globalization;
using System.Security.Cryptography;
using ClinicPortal.Modules.Billing.Peppol;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>The account that a clinic is debited from, as the bank's form has it.</summary>
/// <param name="Holder">預金者名 in half-width kana.</param>
public sealed record DebitAccount(string BankCode, string BankName, string BranchCode, string BranchName, string Kind, string Number, string Holder);

/// <summary>An account to which the clinic alone transfers, kept by the payment service.</summary>
public sealed record TransferAccount(string Bank, string BankCode, string Branch, string BranchCode, string Kind, string Number, string Holder);

/// <summary>How one clinic pays. Its id is the clinic's.</summary>
public sealed class Payer : ISealedRow
{
    private const int MostKnownNames = 20;

    private Payer()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string ClinicName { get; private set; } = "";

    /// <summary>お客様番号: seven digits that the clinic writes before its name on a transfer, the last one a check digit.</summary>
    public string Reference { get; private set; } = "";

    /// <summary>Its customer at the payment service.</summary>
    public string? CustomerId { get; private set; }

    /// <summary>The card kept there, and how people know it: brand and last four digits.</summary>
    public string? CardId { get; private set; }

    public string? CardLabel { get; private set; }

    /// <summary>The page on which a card is being registered.</summary>
    public string? SetupCheckoutId { get; private set; }

    public Uri? SetupCheckoutUrl { get; private set; }

    /// <summary>Invoices are paid with the kept card when they fall due, until the clinic says otherwise.</summary>
    public bool ChargeAutomatically { get; private set; }

    /// <summary>Names by which the clinic has transferred before: confirmed by a person, in half-width kana without reference.</summary>
    public string[] KnownPayers { get; private set; } = [];

    public Sealed<TransferAccount>? SealedTransferAccount { get; private set; }

    public Sealed<DebitAccount>? SealedDebitAccount { get; private set; }

    /// <summary>新規コード: the account was not in a file yet.</summary>
    public bool DebitIsNew { get; private set; }

    /// <summary>Where it takes digital invoices.</summary>
    public string? PeppolId { get; private set; }

    public uint Version { get; private set; }

    /// <summary>20 digits under which the bank's file knows the clinic.</summary>
    public string CustomerNumber => Reference.PadLeft(20, '0');

    public static Payer For(Guid tenantId, Guid clinicId, string name, string reference) =>
        new() { TenantId = tenantId, Id = clinicId, ClinicName = name, Reference = reference };

    public static string NewReference()
    {
        var digits = RandomNumberGenerator.GetInt32(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture);
        return digits + CheckDigit(digits);
    }

    public static bool IsReference(string text) => text.Length == 7 && text.All(char.IsAsciiDigit) && CheckDigit(text[..6]) == text[6];

    public void Become(string customer) => CustomerId ??= customer;

    public void TransferTo(TransferAccount account) => SealedTransferAccount = account;

    public void RegisterCard(string checkout, Uri? url) => (SetupCheckoutId, SetupCheckoutUrl) = (checkout, url);

    public void KeepCard(string id, string label) => (CardId, CardLabel, SetupCheckoutUrl) = (id, label, null);

    public void ForgetCard() => (CardId, CardLabel, ChargeAutomatically) = (null, null, false);

    public void PayAutomatically(bool automatically) => ChargeAutomatically = automatically && CardId is not null;

    public void DebitFrom(DebitAccount? account)
    {
        DebitIsNew = account is not null;
        SealedDebitAccount = account is null ? null : (Sealed<DebitAccount>)account;
    }

    public void TakeDigitalInvoices(PeppolId? at) => PeppolId = at?.ToString();

    public void WasDebited() => DebitIsNew = false;

    /// <summary>The next transfer under this name is suggested to be the clinic's.</summary>
    public void Know(string payer)
    {
        if (payer.Length > 0 && !KnownPayers.Contains(payer))
        {
            KnownPayers = [.. KnownPayers.TakeLast(MostKnownNames - 1), payer];
        }
    }

    /// <summary>Luhn's, by which one mistyped digit is noticed.</summary>
    private static char CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var weighed = i % 2 == 0 ? digit * 2 : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
