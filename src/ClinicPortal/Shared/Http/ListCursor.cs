using System.Globalization;

namespace ClinicPortal.Shared.Http;

/// <summary>A place in a list that is in order of time: a time, or exactly at one record of that time.</summary>
internal readonly record struct ListCursor(DateTimeOffset At, Guid Id)
{
    private const char Separator = '~';

    public static ListCursor Beginning { get; } = new(DateTimeOffset.MinValue, Guid.Empty);

    public static ListCursor End { get; } = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    public override string ToString() => $"{At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}{Separator}{Id}";

    /// <summary>A plain time stands after every record of that instant.</summary>
    /// <param name="lacksOffset">It is a time, but without an offset.</param>
    public static bool TryParse(string text, out ListCursor cursor, out bool lacksOffset)
    {
        var parts = text.Split(Separator);
        var id = Guid.AllBitsSet;
        // A '+' of an offset that was not escaped arrives as a blank.
        var isRead = Instant.TryParse(parts[0].Replace(' ', '+'), out var at, out lacksOffset)
            && (parts.Length == 1 || (parts.Length == 2 && Guid.TryParse(parts[1], out id)));
        cursor = new ListCursor(at, id);
        return isRead;
    }
}
