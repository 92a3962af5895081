using System.Globalization;

namespace ClinicPortal.Ui.Controls;

/// <summary>A running clock as it is drawn now; assets/scripts/clocks.ts counts it on.</summary>
/// <param name="Class">Its colour by the targets.</param>
/// <param name="Instant">Since when it runs.</param>
/// <param name="Amber">Seconds of age at which the target is near.</param>
/// <param name="Red">Seconds of age at which the target is missed.</param>
/// <param name="Figures">The age now: 4:05, 1:04:05.</param>
public readonly record struct ClockFace(string Class, string Instant, string? Amber, string? Red, string Figures)
{
    public static ClockFace At(DateTimeOffset now, DateTimeOffset from, TimeSpan? amber, TimeSpan? red)
    {
        var age = now > from ? now - from : TimeSpan.Zero;
        return new ClockFace(
            age >= red ? "clock clock-red" : age >= amber ? "clock clock-amber" : "clock",
            from.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Seconds(amber), Seconds(red),
            age.TotalHours >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours}:{age:mm\\:ss}")
                : string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}:{age:ss}"));
    }

    private static string? Seconds(TimeSpan? span) => span is { } value ? ((int)value.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;
}
