using System.Globalization;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>The words for states, levels and people that every screen of the desk shows; looked up once per rendering.</summary>
public sealed class CaseLabels(IStringLocalizer<NightDeskText> text)
{
    private readonly Dictionary<Enum, string> known = [];
    private string? age;

    public string this[CaseStatus status] => Known(status, "CaseStatus");

    public string this[TriageLevel level] => Known(level, "Level");

    public string this[WaitsFor what] => Known(what, "WaitsFor");

    public string this[DispatchState state] => Known(state, "DispatchState");

    public string this[OutcomeKind outcome] => Known(outcome, "Outcome");

    public string this[CallerKind kind] => Known(kind, "CallerKind");

    /// <summary>A case without a level is not less urgent than red until somebody has judged it.</summary>
    public string NoLevel => text["Level.None"];

    /// <summary>What stands beside a target that was missed.</summary>
    public string Overdue => text["Target.Over"];

    /// <summary>86歳・女; empty when nothing is known.</summary>
    public string AgeAndSex(DateOnly? birthDate, string? sex, DateOnly today)
    {
        var years = birthDate is { } born
            ? string.Format(CultureInfo.CurrentCulture, age ??= text["Age"], JapaneseDates.AgeOn(born, today))
            : null;
        var word = sex is null ? null : sex == nameof(Shared.Sex.Female) ? text["Sex.Female"].Value : text["Sex.Male"].Value;
        return (years, word) switch
        {
            (null, null) => "",
            (null, _) => word,
            (_, null) => years,
            _ => $"{years}・{word}",
        };
    }

    /// <summary>目標 60分, beside the running clock; the hour for what is due at one. Empty where the association has set no target.</summary>
    public string Target(CaseClock clock, TimeZoneInfo zone) => clock switch
    {
        { Red: not { } } => "",
        { WaitsFor: WaitsFor.Report, Red: { } due } => text["Target.By", JapaneseDates.Time(clock.From + due, zone)],
        { Red: { } span } => text["Target.Within", Math.Round(span.TotalMinutes, 1)],
    };

    /// <summary>The class that gives a level its colour and shape.</summary>
    public static string Colour(TriageLevel? level) => level switch
    {
        TriageLevel.Red => "red",
        TriageLevel.Orange => "orange",
        TriageLevel.Yellow => "yellow",
        TriageLevel.Green => "green",
        TriageLevel.White => "white",
        _ => "none",
    };

    /// <summary>The class of a status pill: what waits for the desk stands out.</summary>
    public static string Pill(CaseStatus status) => status switch
    {
        CaseStatus.Received or CaseStatus.Triaged => "pill pill-warn",
        CaseStatus.DispatchRequested or CaseStatus.Accepted or CaseStatus.EnRoute => "pill pill-info",
        CaseStatus.OnSite or CaseStatus.VideoVisit => "pill pill-ok",
        CaseStatus.Declined => "pill pill-alert",
        _ => "pill pill-neutral",
    };

    /// <summary>The town block of an address, as the board has room for: 東京都世田谷区経堂一丁目5番 → 経堂一丁目.</summary>
    public static string Town(string? address)
    {
        if (string.IsNullOrEmpty(address))
        {
            return "";
        }
        var ward = address.IndexOf('区');
        var start = ward is >= 0 and < 10 ? ward + 1 : 0;
        var block = address.IndexOf("丁目", start, StringComparison.Ordinal);
        if (block >= 0)
        {
            return address[start..(block + 2)];
        }
        var number = address.AsSpan(start).IndexOfAnyInRange('0', '9');
        return number > 0 ? address[start..(start + number)] : address[start..];
    }

    private string Known(Enum value, string kind) =>
        known.TryGetValue(value, out var word) ? word : known[value] = text[$"{kind}.{value}"];
}
