using System.Globalization;

namespace ClinicPortal.Shared.Calendar;

/// <summary>Dates and times as Japanese screens and forms write them, whatever culture the thread has.</summary>
public static class JapaneseDates
{
    private static readonly CultureInfo EraCulture = CreateEraCulture();

    private static readonly DateOnly FirstDayOfEras = DateOnly.FromDateTime(EraCulture.DateTimeFormat.Calendar.MinSupportedDateTime);

    /// <summary><c>11月22日(日)</c></summary>
    public static string Day(DateOnly date) => Invariant($"{date.Month}月{date.Day}日({Weekday(date)})");

    /// <summary><c>2026年11月22日(日)</c></summary>
    public static string FullDay(DateOnly date) => Invariant($"{date.Year}年{Day(date)}");

    /// <summary><c>23:40</c></summary>
    public static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>23:40</c> on the zone's clock.</summary>
    public static string Time(DateTimeOffset instant, TimeZoneInfo zone) => Time(WallClock.Of(instant, zone).Time);

    /// <summary><c>11月22日(日) 23:40</c> on the zone's clock.</summary>
    public static string DayAndTime(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var (date, time) = WallClock.Of(instant, zone);
        return $"{Day(date)} {Time(time)}";
    }

    /// <summary>
    /// Era form (和暦): <c>令和8年11月22日</c>; the first year of an era is <c>元年</c>. Eras change within a year, so the whole date
    /// decides. Days before Meiji are written with the Western year.
    /// </summary>
    public static string Era(DateOnly date) => date < FirstDayOfEras
        ? Invariant($"{date.Year}年{date.Month}月{date.Day}日")
        : date.ToDateTime(TimeOnly.MinValue).ToString("ggy'年'M'月'd'日'", EraCulture);

    /// <summary>
    /// Completed years of age, as records of patients show it. Somebody born on 29 February turns a year older on 1 March
    /// of a common year.
    /// </summary>
    /// <remarks>
    /// Under 年齢計算ニ関スル法律 an age is attained at the end of the day before the birthday; where a right begins with that day
    /// (insurance at 75 and the like) the rule of that right decides, not this.
    /// </remarks>
    public static int AgeOn(DateOnly birthDate, DateOnly date)
    {
        var birthdayReached = MonthDay.Of(date).CompareTo(MonthDay.Of(birthDate)) >= 0;
        return date.Year - birthDate.Year - (birthdayReached ? 0 : 1);
    }

    private static char Weekday(DateOnly date) => "日月火水木金土"[(int)date.DayOfWeek];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static CultureInfo CreateEraCulture()
    {
        var culture = new CultureInfo("ja-JP");
        culture.DateTimeFormat.Calendar = new JapaneseCalendar();
        return culture;
    }
}
