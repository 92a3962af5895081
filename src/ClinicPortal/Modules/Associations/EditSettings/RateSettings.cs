using System.Text.Json.Nodes;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>The page of the rate table that begins last: limits and calendar of labour law, and what each role and contract is paid.</summary>
internal static class RateSettings
{
    public const string Step = "pay";

    private static readonly string[] Rates = ["doctorSalary", "doctorContract", "driverSalary", "driverContract"];

    private static readonly string[] Figures = ["perHour", "perShift", "standby", "transport", "endOfLife", "video"];
    private static readonly string[] Visits = ["visit.none", "visit.night", "visit.holiday", "visit.deepNight"];

    private static readonly string[] Premiums =
        ["premiums.deepNight", "premiums.overtime", "premiums.overtimeAbove", "premiums.restDay", "premiums.publicHoliday", "premiums.newYear"];

    /// <summary>Index of the rate table that begins last: the one that is edited.</summary>
    public static int Last(SettingsDraft draft) =>
        (draft.Find(SettingsPart.Pay, "tables")?.AsArray() ?? []).Index()
            .MaxBy(table => table.Item?["effectiveFrom"]?.ToString() ?? "", StringComparer.Ordinal).Index;

    public static SettingsStep Page(SettingsDraft draft)
    {
        var table = $"tables[{Last(draft)}]";
        return new(Step, SettingsPart.Pay,
        [
            ("RateTable",
            [
                new($"{table}.effectiveFrom", SettingKind.Date), new($"{table}.statutoryRestDay", SettingKind.Weekday), new($"{table}.weekBegins", SettingKind.Weekday),
                new($"{table}.deepNight.from", SettingKind.Time), new($"{table}.deepNight.to", SettingKind.Time),
                new($"{table}.newYear.from", Optional: true), new($"{table}.newYear.to", Optional: true),
                .. ((string[])["dailyHours", "weeklyHours", "monthlyOvertimeHours", "yearlyOvertimeHours"]).Select(limit => new SettingField($"{table}.limits.{limit}", SettingKind.Number)),
                new($"{table}.minuteUnit", SettingKind.Number), new($"{table}.minuteRounding", SettingKind.Rounding), new($"{table}.yenRounding", SettingKind.Rounding),
            ]),
            .. Rates.Select(rate => ($"Rate.{rate}", Rate($"{table}.{rate}"))),
        ]);
    }

    /// <param name="at">Where a field of the page is written to: rates in force are not rewritten, see <see cref="Begin"/>.</param>
    public static void Write(SettingsDraft draft, SettingsStep page, Func<string, string> at, FormPost form)
    {
        var table = page.Fields.First().Path[..^".effectiveFrom".Length];
        foreach (var (_, fields) in page.Groups)
        {
            var section = fields[0].Kind == SettingKind.Section ? fields[0].Path : table;
            if (section != table && !form.Checked(section))
            {
                draft.Set(page.Part, at(section), null);
                continue;
            }
            foreach (var field in fields.Where(f => f.Kind != SettingKind.Section))
            {
                WrittenSetting.Write(draft, page.Part, field, at(field.Path), form);
            }
            foreach (var part in (string[])["newYear", "visit", "premiums"])
            {
                DropEmpty(draft, page.Part, $"{at(section)}.{part}");
            }
        }
    }

    /// <summary>Another start date is another table beside those that are in force.</summary>
    public static void Begin(SettingsDraft draft, FormPost form)
    {
        var last = Last(draft);
        var path = $"tables[{last}].effectiveFrom";
        if (form.Text(path) is { } start && string.CompareOrdinal(start, SettingsDraft.Shown(draft.Find(SettingsPart.Pay, path))) > 0)
        {
            var tables = draft.Find(SettingsPart.Pay, "tables")!.AsArray();
            var next = tables[last]!.DeepClone();
            next["effectiveFrom"] = start;
            tables.Add(next);
        }
    }

    private static IReadOnlyList<SettingField> Rate(string rate) =>
    [
        new(rate, SettingKind.Section), .. Figures.Select(figure => new SettingField($"{rate}.{figure}", SettingKind.Number, figure != "perHour")),
        .. Visits.Concat(Premiums).Select(figure => new SettingField($"{rate}.{figure}", SettingKind.Number, true)),
    ];

    /// <summary>A part of which nothing is written is not there.</summary>
    private static void DropEmpty(SettingsDraft draft, SettingsPart part, string path)
    {
        if (draft.Find(part, path) is JsonObject { } written && written.All(pair => pair.Value is null))
        {
            draft.Set(part, path, null);
        }
    }
}
