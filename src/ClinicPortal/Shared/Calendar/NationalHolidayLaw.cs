namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// 国民の祝日に関する法律 (昭和23年法律第178号, in force 1948-07-20), article 2: the named holidays, each with the years in which
/// that wording was in force. Amended by 昭和41年法律第86号 (敬老, 体育, 建国記念), 平成元年法律第5号 (みどりの日, 12/23),
/// 平成7年法律第22号 (海の日), 平成10年法律第141号 and 平成13年法律第59号 (Mondays), 平成17年法律第43号 (昭和の日),
/// 平成26年法律第43号 (山の日), 平成29年法律第63号 (2/23), 平成30年法律第57号 (スポーツの日).
/// </summary>
internal static class NationalHolidayLaw
{
    /// <summary>Last year of an article still in force.</summary>
    private const int Open = int.MaxValue;

    private static readonly Article[] Articles =
    [
        new("元日", 1949, Open, Fixed(1, 1)),
        new("成人の日", 1949, 1999, Fixed(1, 15)),
        new("成人の日", 2000, Open, Monday(1, 2)),
        new("建国記念の日", 1967, Open, Fixed(2, 11)),
        new("天皇誕生日", 2020, Open, Fixed(2, 23)),
        new("春分の日", 1949, Open, Equinox.Spring, ByEquinox: true),
        new("天皇誕生日", 1949, 1988, Fixed(4, 29)),
        new("みどりの日", 1989, 2006, Fixed(4, 29)),
        new("昭和の日", 2007, Open, Fixed(4, 29)),
        new("憲法記念日", 1949, Open, Fixed(5, 3)),
        new("みどりの日", 2007, Open, Fixed(5, 4)),
        new("こどもの日", 1949, Open, Fixed(5, 5)),
        new("海の日", 1996, 2002, Fixed(7, 20)),
        new("海の日", 2003, Open, Monday(7, 3)),
        new("山の日", 2016, Open, Fixed(8, 11)),
        new("敬老の日", 1966, 2002, Fixed(9, 15)),
        new("敬老の日", 2003, Open, Monday(9, 3)),
        new("秋分の日", 1948, Open, Equinox.Autumn, ByEquinox: true),
        new("体育の日", 1966, 1999, Fixed(10, 10)),
        new("体育の日", 2000, 2019, Monday(10, 2)),
        new("スポーツの日", 2020, Open, Monday(10, 2)),
        new("文化の日", 1948, Open, Fixed(11, 3)),
        new("勤労感謝の日", 1948, Open, Fixed(11, 23)),
        new("天皇誕生日", 1989, 2018, Fixed(12, 23)),
    ];

    public static IEnumerable<PublicHoliday> NamedHolidays(int year) =>
        from article in Articles
        where article.FirstYear <= year && year <= article.LastYear
        select new PublicHoliday(article.Day(year), article.Name, article.ByEquinox ? Equinox.AnnouncedOn(year) : null);

    private static Func<int, DateOnly> Fixed(int month, int day) => year => new DateOnly(year, month, day);

    private static Func<int, DateOnly> Monday(int month, int week) => year =>
    {
        var first = new DateOnly(year, month, 1);
        var untilMonday = ((int)DayOfWeek.Monday - (int)first.DayOfWeek + 7) % 7;
        return first.AddDays(untilMonday + 7 * (week - 1));
    };

    private sealed record Article(string Name, int FirstYear, int LastYear, Func<int, DateOnly> Day, bool ByEquinox = false);
}
