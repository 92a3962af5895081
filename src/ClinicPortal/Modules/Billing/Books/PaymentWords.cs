using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;

namespace ClinicPortal.Modules.Billing;

/// <summary>How amounts and states of payments look on screens.</summary>
internal static class PaymentWords
{
    public static string Yen(long amount) => amount < 0
        ? string.Create(CultureInfo.InvariantCulture, $"−¥{-amount:N0}") : string.Create(CultureInfo.InvariantCulture, $"¥{amount:N0}");

    public static string Pill(PaymentStatus status) => status switch
    {
        PaymentStatus.Succeeded => "pill pill-ok",
        PaymentStatus.Failed => "pill pill-warn",
        PaymentStatus.Canceled => "pill pill-neutral",
        _ => "pill pill-info",
    };
}
