using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Audit;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.AccessLog;

/// <summary>Entries of the access log in words that a clinic and a patient understand.</summary>
public sealed class LookWords(IStringLocalizer<PatientsText> text, IStringLocalizer<SharedText> shared)
{
    /// <summary>Their reason is the step that was taken, in the program's words: it is told as what was done.</summary>
    private static readonly string[] Steps = ["break-glass", "link", "sharing", "case-progress"];

    public string Role(AuditEntry entry) => Known(shared, $"Role.{entry.Role}") ?? entry.Role;

    /// <summary>What was done with what; the most telling words there are.</summary>
    public string What(AuditEntry entry)
    {
        var (action, kind) = (entry.Action == nameof(AuditAction.Refreshed) ? nameof(AuditAction.Listed) : entry.Action, entry.RecordKind);
        var closer = IsStep(entry) ? entry.Reason?.Split(' ', ',')[0] : entry.Detail;
        var told = Known(text, $"Look.{action}.{kind}.{closer}") ?? Known(text, $"Look.{action}.{kind}") ?? Known(text, $"Look.{action}") ?? action;
        // Of a chart the fields have names that people know; of other records they are the program's.
        var fields = kind == RecordKinds.Patient ? entry.Fields.Where(PatientField.Groups.Contains).Select(field => Group(field)).ToList() : [];
        return fields.Count == 0 ? told : text["Look.WithFields", told, string.Join(text["Form.Separator"], fields)];
    }

    /// <summary>Why, as it was given; a grant or an emergency by its name.</summary>
    public string? Why(AuditEntry entry) => entry.IsUnreadable ? text["Looks.Unreadable"] : entry.Reason?.Split(' ')[0] switch
    {
        "break-glass" => text["Looks.BreakGlass"],
        "shared" => text["Looks.Shared"],
        _ when IsStep(entry) => null,
        _ => entry.Reason,
    };

    public string Group(string field) => Known(text, $"Group.{field}") ?? field;

    private static bool IsStep(AuditEntry entry) => Steps.Contains(entry.RecordKind);

    private static string? Known(IStringLocalizer localizer, string key) => localizer[key] is { ResourceNotFound: false } found ? found.Value : null;
}
