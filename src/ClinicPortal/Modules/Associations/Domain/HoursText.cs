using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>標榜時間 as people write them: <c>月火水金 9:00-12:30</c>, <c>月〜金 9:00〜12:30</c>; the settings' own form is read, too.</summary>
internal static partial class HoursText
{
    private const string Week = "日月火水木金土";

    public static bool TryRead(string text, out PostedHours hours)
    {
        var plain = text.Normalize(NormalizationForm.FormKC).Replace('〜', '-').Replace('~', '-').Replace('–', '-').Trim();
        if (PostedHours.TryParse(plain, CultureInfo.InvariantCulture, out var machine))
        {
            hours = machine;
            return hours.From < hours.To;
        }
        hours = new PostedHours([], default, default);
        if (Span().Match(plain) is not { Success: true } match || Days(match.Groups["days"].Value) is not { Count: > 0 } days
            || !TimeOnly.TryParseExact(match.Groups["from"].Value, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            || !TimeOnly.TryParseExact(match.Groups["to"].Value, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to))
        {
            return false;
        }
        hours = new PostedHours(days, from, to);
        return from < to;
    }

    public static string Write(PostedHours hours) =>
        $"{string.Concat(hours.Days.Select(day => Week[(int)day]))} {JapaneseDates.Time(hours.From)}-{JapaneseDates.Time(hours.To)}";

    /// <summary>Each day once, in the order of the week from Monday; <c>月-金</c> are the days from one to the other.</summary>
    private static List<DayOfWeek> Days(string text)
    {
        var days = new SortedSet<int>();
        var letters = text.Where(letter => Week.Contains(letter) || letter == '-').ToArray();
        for (var i = 0; i < letters.Length; i++)
        {
            var day = FromMonday(letters[i]);
            if (letters[i] == '-')
            {
                return [];
            }
            days.Add(day);
            if (i + 2 < letters.Length && letters[i + 1] == '-' && FromMonday(letters[i + 2]) is var last && last > day)
            {
                days.UnionWith(Enumerable.Range(day, last - day + 1));
                i += 2;
            }
        }
        return [.. days.Select(day => (DayOfWeek)((day + 1) % 7))];
    }

    private static int FromMonday(char letter) => (Week.IndexOf(letter) + 6) % 7;

    [GeneratedRegex("^(?<days>[日月火水木金土・、,\\-]{1,20}) ?(?<from>[0-9]{1,2}:[0-9]{2}) ?- ?(?<to>[0-9]{1,2}:[0-9]{2})$")]
    private static partial Regex Span();
}
