using System.Globalization;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Calendar;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.ShowPaySheets;

/// <summary>How hours, lines and states of pay look on screens, sheets and in files.</summary>
internal static class PayWords
{
    /// <summary><c>12:30</c>: hours and minutes.</summary>
    public static string Hours(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{(minutes < 0 ? "−" : "")}{Math.Abs(minutes) / 60}:{Math.Abs(minutes) % 60:00}");

    /// <summary><c>18:02–9:10</c> by the association's clock.</summary>
    public static string Span(IStringLocalizer<PayText> text, PaySheetShift shift, TimeZoneInfo zone)
    {
        var from = JapaneseDates.Time(WallClock.Of(shift.BeganAt, zone).Time);
        return $"{from}–{(shift.EndedAt is { } ended ? JapaneseDates.Time(WallClock.Of(ended, zone).Time) : text["Shift.Open"].Value)}";
    }

    public static string Line(IStringLocalizer<PayText> text, PayLine line) => line.Corrects is { } month
        ? text["Line.Corrects", month.Year, month.Month, text[$"PayLineKind.{line.Kind}"]] : text[$"PayLineKind.{line.Kind}"];

    /// <summary>From what the amount follows: hours, rate and percent, or pieces and price.</summary>
    public static string Reckoning(IStringLocalizer<PayText> text, PayLine line) => line switch
    {
        { IsTime: true, Percent: 100 } => text["Line.Hours", Hours(line.Quantity), PaymentWords.Yen(line.UnitYen)],
        { IsTime: true } => text["Line.Premium", Hours(line.Quantity), PaymentWords.Yen(line.UnitYen), line.Percent],
        _ => text["Line.Pieces", line.Quantity, PaymentWords.Yen(line.UnitYen)],
    };

    public static string Look(PaySheetStatus status) => status switch
    {
        PaySheetStatus.InReview => "pill pill-info",
        PaySheetStatus.Approved => "pill pill-ok",
        PaySheetStatus.Paid => "pill pill-ok",
        _ => "pill pill-neutral",
    };

    public static string Role(IStringLocalizer<PayText> text, DutyRole role, PayKind kind) => text["Pay.RoleAndKind", text[$"DutyRole.{role}"], text[$"PayKind.{kind}"]];
}
