using ClinicPortal.Modules.Patients.Domain;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.WritePatient;

/// <summary>Tells beside a field what somebody else has made of it since the form was shown.</summary>
internal static class ChangeNote
{
    /// <returns>Null when nobody has changed it.</returns>
    public static string? Words(PatientFormModel model, string group, IStringLocalizer<PatientsText> text)
    {
        if (model.Changed.Before.TryGetValue(group, out var before))
        {
            return text["Form.TakenOver", Told(before, group, model.Context, text)];
        }
        return model.Changed.Theirs.TryGetValue(group, out var theirs) ? text["Form.Disputed", Told(theirs, group, model.Context, text)].Value : null;
    }

    /// <summary>What is written in a group of fields, in one line.</summary>
    public static string Told(WrittenPatient written, string group, PatientContext context, IStringLocalizer<PatientsText> text) =>
        string.Join(" / ", written.Of(group).Select(field => Value(context, group, field.Value, text))) is { Length: > 0 } told ? told : text["Form.Nothing"];

    /// <summary>What stands in the form as an id or a word of the code, as people say it.</summary>
    private static string Value(PatientContext context, string group, string value, IStringLocalizer<PatientsText> text) => group switch
    {
        PatientField.Sex => text[$"Sex.{value}"],
        PatientField.Dnar => text["Form.Yes"],
        PatientField.Burden => text["Form.BurdenTenths", value],
        PatientField.SecondaryClinic => context.Clinics.FirstOrDefault(clinic => clinic.Id.Value.ToString() == value)?.Name ?? value,
        PatientField.Facility => context.Facilities.FirstOrDefault(facility => facility.Id.Value.ToString() == value)?.Name ?? value,
        _ => value.Replace("\n", " / ", StringComparison.Ordinal),
    };
}
