using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing;

/// <summary>How amounts and states of payments look on screens.</summary>
internal static class PaymentWords
{
    public static string Yen(long amount) => amount < 0
        ? string.Create(CultureInfo.InvariantCulture, $"−¥{-amount:N0}") : string.Create(CultureInfo.InvariantCulture, $"¥{amount:N0}");

    /// <summary>The card company's reason for a dispute; its code where it is one that nobody has words for.</summary>
    public static string Reason(IStringLocalizer<PaymentText> text, string code) => text[$"DisputeReason.{code}"] is { ResourceNotFound: false } words ? words.Value : code;

    /// <summary>An entry of the journal in a clinic's statement: whose money it was turned out later, but to the clinic it is what it has paid.</summary>
    public static string OnStatement(IStringLocalizer<PaymentText> text, JournalKind kind) =>
        text[$"JournalKind.{(kind == JournalKind.PaymentAssigned ? JournalKind.PaymentReceived : kind)}"];

    public static string Pill(DisputeStatus status) => status switch
    {
        DisputeStatus.Won or DisputeStatus.Prevented or DisputeStatus.InquiryClosed => "pill pill-ok",
        DisputeStatus.Lost or DisputeStatus.NeedsResponse or DisputeStatus.Inquiry => "pill pill-warn",
        _ => "pill pill-info",
    };

    public static string Pill(PaymentStatus status) => status switch
    {
        PaymentStatus.Succeeded => "pill pill-ok",
        PaymentStatus.Failed => "pill pill-warn",
        PaymentStatus.Canceled => "pill pill-neutral",
        _ => "pill pill-info",
    };
}
