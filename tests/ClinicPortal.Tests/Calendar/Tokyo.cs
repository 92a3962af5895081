using System.Globalization;

namespace ClinicPortal.Tests.Calendar;

/// <summary>Instants by Tokyo's clock, for readable tests.</summary>
internal static class Tokyo
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    public static DateTimeOffset At(string dateAndTime) => new(
        DateTime.ParseExact(dateAndTime, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(9));

    public static DateOnly Date(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
