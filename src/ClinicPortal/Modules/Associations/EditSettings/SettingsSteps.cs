using System.Text.Json.Nodes;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>How a setting is written in the form.</summary>
public enum SettingKind
{
    Text,
    Phone,
    Time,
    Number,
    Date,
    Colour,
    Check,
    CareModel,
    Tax,
    Beyond,
    CoveredNights,
    BankHoliday,
    Weekday,
    Rounding,
    Desk,

    /// <summary>A list: one entry a line, its parts separated by spaces.</summary>
    Rows,

    /// <summary>Paragraphs, separated by empty lines.</summary>
    Prose,

    /// <summary>Words beside one another.</summary>
    Words,

    /// <summary>Whole numbers beside one another.</summary>
    Numbers,

    /// <summary>A questionnaire, one question a line.</summary>
    Questions,

    /// <summary>Which entries a list has, by their codes, one a line; each has its own fields elsewhere on the page.</summary>
    Codes,

    /// <summary>Whether a section that may be left away is there.</summary>
    Section,
}

/// <param name="Path">As the files and mistakes name it.</param>
/// <param name="Parts">Keys of the parts of a line of <see cref="SettingKind.Rows"/>.</param>
public sealed record SettingField(string Path, SettingKind Kind = SettingKind.Text, bool Optional = false, params IReadOnlyList<string> Parts)
{
    public bool Owns(string path) => path == Path
        || path.StartsWith(Path, StringComparison.Ordinal) && path[Path.Length] is '.' or '['
        || Path.StartsWith(path + ".", StringComparison.Ordinal);
}

/// <summary>One page of the guided opening.</summary>
/// <param name="Groups">Fields under their headings.</param>
public sealed record SettingsStep(string Name, SettingsPart Part, IReadOnlyList<(string Heading, IReadOnlyList<SettingField> Fields)> Groups)
{
    public IEnumerable<SettingField> Fields => Groups.SelectMany(g => g.Fields);

    /// <summary>Where a mistake is to be mended; a section as a whole where none of its fields is.</summary>
    public SettingField? FieldOf(string path) => Fields.Where(f => f.Owns(path)).OrderBy(f => f.Kind == SettingKind.Section).FirstOrDefault();

    /// <summary>Whether a mistake is to be mended on this page.</summary>
    public bool Has(SettingsPart part, string path) =>
        part == Part && (part != SettingsPart.Settings || Fields.Any(f => f.Owns(path))) || Name == "look" && part == SettingsPart.Logo;
}

/// <summary>The pages in their order. What an association takes over from the sample (levels, complaints, reasons, fee classes) is changed by file.</summary>
public static class SettingsSteps
{
    private const string IssuerStep = "issuer";
    private const string Invoicing = "invoicing";

    public static IReadOnlyList<string> Names { get; } = ["names", "hours", "areas", PriceSettings.Step, OnlineSettings.Step, IssuerStep, "desk", "look"];

    /// <summary>Rules of invoicing as they hold where none are written, to be shown and written with the rest of the page.</summary>
    public static void OfferInvoicing(SettingsDraft draft, string step)
    {
        if (step == IssuerStep && draft.Find(SettingsPart.Settings, Invoicing) is null)
        {
            draft.Set(SettingsPart.Settings, Invoicing, JsonNode.Parse(SettingsJson.Write(InvoicingSettings.Default)));
        }
    }

    /// <param name="draft">Prices have as many plans as were written.</param>
    /// <returns>Null for a name that no page has.</returns>
    public static SettingsStep? Find(string name, SettingsDraft draft) => name switch
    {
        "names" => new(name, SettingsPart.Settings,
        [
            ("Name", [new("name.ja"), new("name.en"), new("shortName.ja"), new("shortName.en"), new("casePrefix")]),
            ("Clinic", [new("associationClinic.name"), new("associationClinic.institutionCode")]),
            ("Phones", [new("phoneNumbers.publicNumber", SettingKind.Phone), new("phoneNumbers.nightNumber", SettingKind.Phone), new("phoneNumbers.dutyPhones", SettingKind.Rows, true, "label", "number")]),
        ]),
        "hours" => new(name, SettingsPart.Settings,
        [
            ("Care", [new("careModel", SettingKind.CareModel), new("zone")]),
            ("Windows",
            [
                new("outOfHours.weekdayNight.from", SettingKind.Time), new("outOfHours.weekdayNight.to", SettingKind.Time), new("outOfHours.saturdayFrom", SettingKind.Time),
                new("outOfHours.dayChange", SettingKind.Time), new("outOfHours.sundays", SettingKind.Check), new("outOfHours.publicHolidays", SettingKind.Check),
                new("outOfHours.closedDays", SettingKind.Rows, true, "from", "to"),
            ]),
            ("Targets",
            [
                new("targets.answerSeconds", SettingKind.Number), new("targets.levelSeconds", SettingKind.Number), new("targets.decisionSeconds", SettingKind.Number),
                new("targets.doorMinutes.orange", SettingKind.Number), new("targets.doorMinutes.yellow", SettingKind.Number), new("targets.doorMinutes.expectedDeath", SettingKind.Number),
                new("targets.reportBy", SettingKind.Time), new("dispatch.averageSpeedKmh", SettingKind.Number), new("dispatch.preferOwnUnits", SettingKind.Check),
            ]),
        ]),
        "areas" => new(name, SettingsPart.Areas, []),
        PriceSettings.Step => PriceSettings.Page(draft),
        OnlineSettings.Step => OnlineSettings.Page(draft),
        RateSettings.Step => RateSettings.Page(draft),
        IssuerStep => new(name, SettingsPart.Settings,
        [
            ("Issuer",
            [
                new("invoiceIssuer.name"), new("invoiceIssuer.registrationNumber"), new("invoiceIssuer.postalCode"), new("invoiceIssuer.address"),
                new("invoiceIssuer.phone", SettingKind.Phone),
            ]),
            ("Bank",
            [
                new("invoiceIssuer.bankAccount.bank"), new("invoiceIssuer.bankAccount.branch"), new("invoiceIssuer.bankAccount.kind"),
                new("invoiceIssuer.bankAccount.number"), new("invoiceIssuer.bankAccount.holderKana"),
            ]),
            ("Invoicing",
            [
                new($"{Invoicing}.closingDay", SettingKind.Number), new($"{Invoicing}.dueMonthsAfter", SettingKind.Number), new($"{Invoicing}.dueDay", SettingKind.Number),
                new($"{Invoicing}.onBankHoliday", SettingKind.BankHoliday), new($"{Invoicing}.taxRounding", SettingKind.Rounding),
                new($"{Invoicing}.yearBegins", SettingKind.Number), new($"{Invoicing}.note", Optional: true),
            ]),
        ]),
        "desk" => new(name, SettingsPart.Settings, [("Desk", [new("desk", SettingKind.Desk, true)])]),
        "look" => new(name, SettingsPart.Settings, [("Look", [new("accent", SettingKind.Colour)])]),
        _ => null,
    };
}
