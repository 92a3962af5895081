using System.Globalization;

namespace ClinicPortal.Modules.Visits.ListReports;

/// <summary>A place in the list of reports: a time, or exactly after one report of that time.</summary>
internal readonly record struct ReportCursor(DateTimeOffset At, Guid Report)
{
    private const char Separator = '~';

    public override string ToString() => $"{At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}{Separator}{Report}";

    /// <param name="text">Nothing at all is the beginning.</param>
    public static bool TryParse(string? text, out ReportCursor cursor)
    {
        cursor = new ReportCursor(DateTimeOffset.MinValue, Guid.Empty);
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }
        var parts = text.Split(Separator);
        // A plain time means "after it": every report of that instant counts as seen.
        var report = Guid.AllBitsSet;
        // A '+' of an offset that was not escaped arrives as a blank.
        if (parts.Length > 2 || (parts.Length == 2 && !Guid.TryParse(parts[1], out report))
            || !DateTimeOffset.TryParse(parts[0].Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            return false;
        }
        cursor = new ReportCursor(at, report);
        return true;
    }
}
