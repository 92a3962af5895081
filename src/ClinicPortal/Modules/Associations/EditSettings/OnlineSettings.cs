using System.Text.Json.Nodes;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>
/// The page of the online consultations, the one section that an association may do without: begun from a sample, written like any other,
/// and left away again by taking the tick off.
/// </summary>
internal static class OnlineSettings
{
    public const string Step = "online";
    public const string Section = "onlineConsultation";

    /// <summary>The address of the page that begins the section: nothing is there before it is saved.</summary>
    public const string Begin = "begin";

    private const string Services = $"{Section}.services";

    public static bool IsOn(SettingsDraft draft) => draft.Find(SettingsPart.Settings, Section) is JsonObject;

    /// <summary>The sample's wording, with what an association has to say for itself left out.</summary>
    public static void Offer(SettingsDraft draft) => draft.Set(SettingsPart.Settings, Section, SettingsDraft.OnlineConsultationSample());

    public static SettingsStep Page(SettingsDraft draft) => new(Step, SettingsPart.Settings, IsOn(draft)
        ?
        [
            ("OnlineConsent", Text("consent")),
            ("OnlineGuests", Text("guestRules")),
            ("OnlineCare",
            [
                new($"{Section}.emergencyInstitution.ja"), new($"{Section}.emergencyInstitution.en"), new($"{Section}.patientDocument", SettingKind.Check),
            ]),
            .. (draft.Find(SettingsPart.Settings, Services) as JsonArray ?? []).Index().Select(service => ($"OnlineService:{service.Item?["code"]}", Service(service.Index))),
            ("OnlineServices", [new(Services, SettingKind.Codes)]),
            ("OnlineBooking",
            [
                .. ((string[])["horizonDays", "mostPerPatient", "openMinutesBefore", "noShowMinutes", "offerMinutes"])
                    .Select(figure => new SettingField($"{Section}.booking.{figure}", SettingKind.Number)),
                new($"{Section}.booking.remindHoursBefore", SettingKind.Numbers, true),
            ]),
            ("OnlinePrescription",
            [
                new($"{Section}.prescription.firstVisitMostDays", SettingKind.Number),
                new($"{Section}.prescription.controlledDrugs", SettingKind.Words, true), new($"{Section}.prescription.highRiskDrugs", SettingKind.Words, true),
            ]),
            ("OnlineSwitch", [new(Section, SettingKind.Section)]),
        ]
        : []);

    /// <summary>Takes over the whole page: with the tick off the section goes, otherwise it has the services that are listed.</summary>
    public static void Write(SettingsDraft draft, SettingsStep page, FormPost form)
    {
        if (!form.Checked(Section))
        {
            if (IsOn(draft))
            {
                draft.Set(SettingsPart.Settings, Section, null);
            }
            return;
        }
        foreach (var field in page.Fields.Where(f => f.Kind is not (SettingKind.Section or SettingKind.Codes)))
        {
            WrittenSetting.Write(draft, page.Part, field, field.Path, form);
        }
        List(draft, form.Text(Services));
    }

    private static IReadOnlyList<SettingField> Text(string name) =>
    [
        new($"{Section}.{name}.version"), new($"{Section}.{name}.approvedBy", SettingKind.Text, true),
        new($"{Section}.{name}.text.ja", SettingKind.Prose), new($"{Section}.{name}.text.en", SettingKind.Prose),
    ];

    private static IReadOnlyList<SettingField> Service(int index) =>
    [
        new($"{Services}[{index}].label.ja"), new($"{Services}[{index}].label.en"), new($"{Services}[{index}].minutes", SettingKind.Number),
        new($"{Services}[{index}].questionnaire.version"), new($"{Services}[{index}].firstVisit", SettingKind.Check), new($"{Services}[{index}].byLink", SettingKind.Check),
        new($"{Services}[{index}].questionnaire.questions", SettingKind.Questions, true),
    ];

    /// <summary>Those of the codes, in their order; one that is new begins with its code for a name and no questions.</summary>
    private static void List(SettingsDraft draft, string? codes)
    {
        var before = draft.Find(SettingsPart.Settings, Services) as JsonArray ?? [];
        draft.Set(SettingsPart.Settings, Services, new JsonArray(
        [
            .. WrittenSetting.Lines(codes).Select(code => before.FirstOrDefault(service => service?["code"]?.ToString() == code)?.DeepClone() ?? Begun(code)),
        ]));
    }

    private static JsonObject Begun(string code) => new()
    {
        ["code"] = code,
        ["label"] = new JsonObject { ["ja"] = code, ["en"] = code },
        ["minutes"] = 15,
        ["firstVisit"] = false,
        ["byLink"] = false,
        ["questionnaire"] = new JsonObject { ["version"] = "1", ["questions"] = new JsonArray() },
    };
}
