using System.Globalization;
using System.Text.Json.Nodes;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>The page of the price list that begins last: its plans, each with its prices and terms, and the nights that are sold one by one.</summary>
internal static class PriceSettings
{
    public const string Step = "prices";

    private static readonly string[] Prices =
        ["perPatientAbove", "includedCalls", "call", "visit.none", "visit.night", "visit.holiday", "visit.deepNight", "endOfLife", "video", "monthlyMinimum"];

    private static readonly string[] Terms = ["minimumMonths", "noticeDays", "trialNights"];

    /// <summary>What a list from before them, and whoever has no use for them, does without.</summary>
    private static readonly string[] MayBeLeftOut = ["includedCalls", "monthlyMinimum", "noticeDays", "trialNights"];

    /// <summary>Index of the price list's version that begins last: the one that is edited.</summary>
    public static int Last(SettingsDraft draft) =>
        (draft.Find(SettingsPart.Prices, "versions")?.AsArray() ?? []).Index()
            .MaxBy(version => version.Item?["effectiveFrom"]?.ToString() ?? "", StringComparer.Ordinal).Index;

    public static SettingsStep Page(SettingsDraft draft)
    {
        var list = $"versions[{Last(draft)}]";
        return new(Step, SettingsPart.Prices,
        [
            ("PriceList",
            [
                new($"{list}.effectiveFrom", SettingKind.Date), new($"{list}.taxCategory", SettingKind.Tax),
                .. ((string[])["callTax", "visitTax", "endOfLifeTax", "videoTax", "nightTax"]).Select(tax => new SettingField($"{list}.{tax}", SettingKind.Tax, true)),
            ]),
            .. (draft.Find(SettingsPart.Prices, $"{list}.plans") as JsonArray ?? []).Index()
                .Select(plan => ($"Plan:{plan.Item?["name"]?[CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? "en" : "ja"]}", Plan($"{list}.plans[{plan.Index}]"))),
            ("Plans", [new($"{list}.plans", SettingKind.Codes, true)]),
            ("Nights",
            [
                new($"{list}.nights", SettingKind.Section), new($"{list}.nights.plan", Optional: true), new($"{list}.nights.singleNight", SettingKind.Number, true),
                new($"{list}.nights.holidayDay", SettingKind.Number, true), new($"{list}.nights.closeMinutesBefore", SettingKind.Number, true),
                new($"{list}.nights.newYear.from", Optional: true), new($"{list}.nights.newYear.to", Optional: true),
                new($"{list}.nights.newYearPercent", SettingKind.Number, true),
            ]),
        ]);
    }

    /// <param name="at">Where a field of the page is written to: prices in force are not rewritten, see <see cref="Begin"/>.</param>
    public static void Write(SettingsDraft draft, SettingsStep page, Func<string, string> at, FormPost form)
    {
        foreach (var field in page.Fields.Where(f => f.Kind is not (SettingKind.Section or SettingKind.Codes) && !f.Path.Contains(".nights.", StringComparison.Ordinal)))
        {
            WrittenSetting.Write(draft, page.Part, field, at(field.Path), form);
        }
        WriteNights(draft, page, at, form);
        var plans = page.Fields.Single(f => f.Kind == SettingKind.Codes).Path;
        if (form.Text(plans) is { } codes)
        {
            List(draft, at(plans), codes);
        }
    }

    /// <summary>Another start date is another list beside those that are in force.</summary>
    public static void Begin(SettingsDraft draft, FormPost form)
    {
        var last = Last(draft);
        var path = $"versions[{last}].effectiveFrom";
        if (form.Text(path) is { } start && string.CompareOrdinal(start, SettingsDraft.Shown(draft.Find(SettingsPart.Prices, path))) > 0)
        {
            var lists = draft.Find(SettingsPart.Prices, "versions")!.AsArray();
            var next = lists[last]!.DeepClone();
            next["effectiveFrom"] = start;
            lists.Add(next);
        }
    }

    private static IReadOnlyList<SettingField> Plan(string plan) =>
    [
        new($"{plan}.name.ja"), new($"{plan}.name.en"), new($"{plan}.monthlyBase", SettingKind.Rows, false, "upToPatients", "yen"),
        .. Prices.Concat(Terms).Select(figure => new SettingField($"{plan}.{figure}", SettingKind.Number, MayBeLeftOut.Contains(figure))),
        new($"{plan}.covers", SettingKind.CoveredNights, true),
        new($"{plan}.mostPatients", SettingKind.Number, true), new($"{plan}.beyondPatients", SettingKind.Beyond, true),
        new($"{plan}.mostCalls", SettingKind.Number, true), new($"{plan}.beyondCalls", SettingKind.Beyond, true),
        new($"{plan}.discounts", SettingKind.Rows, true, "label", "off", "from", "until", "firstMonths"),
    ];

    private static void WriteNights(SettingsDraft draft, SettingsStep page, Func<string, string> at, FormPost form)
    {
        var section = page.Fields.Single(f => f.Kind == SettingKind.Section).Path;
        if (!form.Checked(section))
        {
            draft.Set(page.Part, at(section), null);
            return;
        }
        foreach (var field in page.Fields.Where(f => f.Path.Contains(".nights.", StringComparison.Ordinal)))
        {
            WrittenSetting.Write(draft, page.Part, field, at(field.Path), form);
        }
        if (form.Text($"{section}.newYear.from") is null && form.Text($"{section}.newYear.to") is null)
        {
            draft.Set(page.Part, $"{at(section)}.newYear", null);
        }
    }

    /// <summary>Those of the codes, in their order; one that is new begins with the prices of the first.</summary>
    private static void List(SettingsDraft draft, string path, string codes)
    {
        var before = draft.Find(SettingsPart.Prices, path) as JsonArray ?? [];
        draft.Set(SettingsPart.Prices, path, new JsonArray(
        [
            .. WrittenSetting.Lines(codes).Select(code => before.FirstOrDefault(plan => plan?["code"]?.ToString() == code)?.DeepClone() ?? Begun(before[0]!, code)),
        ]));
    }

    private static JsonNode Begun(JsonNode first, string code)
    {
        var plan = first.DeepClone();
        plan["code"] = code;
        plan["name"] = new JsonObject { ["ja"] = code, ["en"] = code };
        return plan;
    }
}
