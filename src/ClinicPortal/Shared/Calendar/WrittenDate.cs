using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// Dates as people in Japan write them: 1940-03-02, 1940/3/2, 1940年3月2日, 19400302, 昭和15年3月2日, S15.3.2, S150302, in full or
/// half width, with or without spaces.
/// </summary>
public static partial class WrittenDate
{
    /// <summary>Each era with the day it began; it ends the day before the next.</summary>
    private static readonly (string Name, char Initial, DateOnly From)[] Eras =
    [
        ("明治", 'M', new DateOnly(1868, 1, 25)),
        ("大正", 'T', new DateOnly(1912, 7, 30)),
        ("昭和", 'S', new DateOnly(1926, 12, 25)),
        ("平成", 'H', new DateOnly(1989, 1, 8)),
        ("令和", 'R', new DateOnly(2019, 5, 1)),
    ];

    /// <returns>False for what is no date, a day that does not exist and a day that is not in the era it names.</returns>
    public static bool TryParse(string? text, out DateOnly date)
    {
        var plain = (text ?? "").Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        date = default;
        return Western().Match(plain) is { Success: true } western && TryMake(Number(western, "y"), western, out date)
            || EraDate().Match(plain) is { Success: true } era && TryMakeInEra(era, out date);
    }

    private static bool TryMakeInEra(Match match, out DateOnly date)
    {
        var name = match.Groups["era"].Value;
        var index = Array.FindIndex(Eras, era => era.Name == name || era.Initial == name[0]);
        var year = match.Groups["y"].Value == "元" ? 1 : Number(match, "y");
        return TryMake(Eras[index].From.Year + year - 1, match, out date)
            && date >= Eras[index].From
            && (index == Eras.Length - 1 || date < Eras[index + 1].From);
    }

    private static bool TryMake(int year, Match match, out DateOnly date)
    {
        var (month, day) = (Number(match, "m"), Number(match, "d"));
        var exists = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = exists ? new DateOnly(year, month, day) : default;
        return exists;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:(?<y>\d{4})[-/.年](?<m>\d{1,2})[-/.月](?<d>\d{1,2})日?|(?<y>\d{4})(?<m>\d{2})(?<d>\d{2}))$", RegexOptions.CultureInvariant)]
    private static partial Regex Western();

    [GeneratedRegex(@"^(?<era>明治|大正|昭和|平成|令和|[MTSHR])(?:(?<y>元|\d{1,2})[-/.年](?<m>\d{1,2})[-/.月](?<d>\d{1,2})日?|(?<y>\d{2})(?<m>\d{2})(?<d>\d{2}))$", RegexOptions.CultureInvariant)]
    private static partial Regex EraDate();
}
