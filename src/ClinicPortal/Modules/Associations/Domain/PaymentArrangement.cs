namespace ClinicPortal.Modules.Associations.Domain;

public enum PaymentMethod
{
    /// <summary>銀行振込 of the month's invoice.</summary>
    BankTransfer,

    /// <summary>By card as soon as the association takes cards; by transfer until then.</summary>
    CardLater,
}

/// <summary>To whom invoices go and how they are paid.</summary>
/// <param name="Recipient">As it is to stand on the invoice.</param>
/// <param name="PostalCode">As 154-0017.</param>
public sealed record PaymentArrangement(string Recipient, string PostalCode, string Address, PaymentMethod Method);
