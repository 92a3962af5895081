using System.Text.Json;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk.ShowCase;

/// <summary>One line of a case's timeline in words.</summary>
/// <param name="IsDesk">Something that was written at the desk, as opposed to a step of a unit.</param>
public sealed record TimelineLine(string Time, string What, string Who, string? Note, bool IsAlert, bool IsDesk);

/// <summary>Tells a case's events: who did what when.</summary>
public sealed class Timeline(CaseLabels labels, IStringLocalizer<NightDeskText> text)
{
    /// <param name="withoutReasons">Leaves out why, for readers who follow a case without seeing charts.</param>
    public TimelineLine Tell(CaseEvent happened, TenantInfo tenant, bool withoutReasons)
    {
        using var details = JsonDocument.Parse(happened.Details);
        var told = details.RootElement;
        return new TimelineLine(
            JapaneseDates.Time(happened.At, tenant.Zone), What(happened.Kind, told), happened.ActorName,
            withoutReasons ? null : Note(happened.Kind, told, tenant),
            happened.Kind is CaseEventKind.UnitDeclined or CaseEventKind.UnitWithdrawn,
            happened.Kind is CaseEventKind.CallAmended or CaseEventKind.PatientIdentified or CaseEventKind.Triaged or CaseEventKind.OutcomeDecided);
    }

    private string What(CaseEventKind kind, JsonElement told) => kind switch
    {
        CaseEventKind.PatientIdentified => text["Event.PatientIdentified", Text(told, "patient") ?? ""],
        CaseEventKind.Triaged => text["Event.Triaged", Enum.TryParse<TriageLevel>(Text(told, "level"), out var level) ? labels[level] : ""],
        CaseEventKind.OutcomeDecided => text["Event.OutcomeDecided", Enum.TryParse<OutcomeKind>(Text(told, "outcome"), out var outcome) ? labels[outcome] : ""],
        CaseEventKind.Closed => text["Event.Closed", Enum.TryParse<CaseStatus>(Text(told, "status"), out var status) ? labels[status] : ""],
        _ => text[$"Event.{kind}", Text(told, "unit") ?? ""],
    };

    private string? Note(CaseEventKind kind, JsonElement told, TenantInfo tenant)
    {
        var reason = Text(told, "reason");
        return kind switch
        {
            CaseEventKind.PatientIdentified => Told(told) is { } before ? text["Event.ToldBefore", before].Value : null,
            CaseEventKind.Triaged => Joined(Flag(told, "expectedDeath") ? text["Triage.ExpectedDeath"].Value : null, reason),
            CaseEventKind.OutcomeDecided => Joined(
                text["Event.DecidedBy", Text(told, "doctor") ?? "", Text(told, "requestedBy") ?? ""],
                tenant.Settings.DeclineReasons.FirstOrDefault(r => r.Code == reason)?.Label.ToString() ?? reason),
            CaseEventKind.UnitOffered => Joined(
                Text(told, "doctor"), told.TryGetProperty("minutesToDoor", out var minutes) && minutes.ValueKind == JsonValueKind.Number
                    ? text["Unit.Minutes", minutes.GetInt32()].Value : null),
            _ => reason,
        };
    }

    /// <summary>What had been taken down of a patient who then turned out to be registered: the address may be another one.</summary>
    private static string? Told(JsonElement happened) => happened.TryGetProperty("told", out var told)
        ? Joined(Text(told, "name"), Text(told, "kana"), Text(told, "birthDate"), Text(told, "phone"), Text(told, "address")) : null;

    private static string? Joined(params IEnumerable<string?> parts) =>
        string.Join(" ・ ", parts.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } joined ? joined : null;

    private static string? Text(JsonElement told, string name) =>
        told.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement told, string name) => told.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
