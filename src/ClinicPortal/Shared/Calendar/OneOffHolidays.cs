using System.Globalization;
using System.Reflection;

namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// Holidays that a law of its own added or moved for one year (imperial ceremonies, Olympic games). They follow no rule, so they
/// are lines of <c>one-off-holidays.csv</c>: the next such law is a new line there and no change of code.
/// </summary>
internal static class OneOffHolidays
{
    private static readonly ILookup<int, OneOffHoliday> ByYear = Read().ToLookup(holiday => holiday.Date.Year);

    public static IEnumerable<OneOffHoliday> For(int year) => ByYear[year];

    private static List<OneOffHoliday> Read()
    {
        var name = $"{typeof(OneOffHolidays).Namespace}.one-off-holidays.csv";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded resource {name} is missing.");
        using var reader = new StreamReader(stream);
        var holidays = new List<OneOffHoliday>();
        reader.ReadLine(); // column names
        while (reader.ReadLine() is { } line)
        {
            holidays.Add(Parse(line));
        }

        return holidays;
    }

    private static OneOffHoliday Parse(string line) => line.Split(',') switch
    {
        [var date, "added", var name, _] => new(Date(date), name, Moved: false),
        [var date, "moved", var name, _] => new(Date(date), name, Moved: true),
        _ => throw new FormatException($"one-off-holidays.csv: expected date,added|moved,name,law but found: {line}"),
    };

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <param name="Date">The day of the holiday.</param>
/// <param name="Name">Its name; of a moved holiday, the name of the regular one that it replaces in that year.</param>
/// <param name="Moved">Whether the regular holiday of that name is not kept in that year.</param>
internal sealed record OneOffHoliday(DateOnly Date, string Name, bool Moved);
