using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.NightDesk.ReadDispatch;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.ReadCase;

/// <summary>A case with everything that the caller may know of it.</summary>
/// <param name="Number">Said aloud, such as SG-261122-042.</param>
/// <param name="Association">Identifier of the association.</param>
/// <param name="Night">The night it belongs to bears the date it began.</param>
/// <param name="Covered">The primary clinic held a subscription when the call came.</param>
/// <param name="Complaint">In the caller's words. Never shown to a driver.</param>
/// <param name="LevelReason">Why this level. Never shown to a driver.</param>
/// <param name="ExpectedDeath">An expected death at home.</param>
/// <param name="OutcomeReason">For declined a code of the association's list, otherwise free text. Never shown to a driver.</param>
/// <param name="RequestedBy">Who asked: patient, family or carer.</param>
/// <param name="DecidingDoctor">The doctor who decided; without an id when not on the rota.</param>
/// <param name="ClosedAt">Null while the case is open.</param>
/// <param name="Dispatches">Every unit that was asked, the first one first; a doctor and a driver see only their own.</param>
public sealed record CaseView(
    Guid Id, string Number, string Association, CaseStatus Status, DateOnly Night, Channel Channel, DateTimeOffset ReceivedAt, string OpenedBy,
    CallerView Caller, PatientView Patient, bool Covered, string? Complaint,
    TriageLevel? Level, string? LevelReason, bool ExpectedDeath, DateTimeOffset? TriagedAt, string? TriagedBy,
    OutcomeKind? Outcome, string? OutcomeReason, string? RequestedBy, DoctorView? DecidingDoctor, DateTimeOffset? DecidedAt,
    DateTimeOffset? ClosedAt, IReadOnlyList<DispatchView> Dispatches)
{
    internal static CaseView Of(Case c, IEnumerable<Dispatch> dispatches, ITenantResolver tenants, bool withoutClinicalText)
    {
        string? Clinical(string? text) => withoutClinicalText ? null : text;
        return new CaseView(
            c.Id, c.Number, tenants.ById(c.TenantId)!.Identifier, c.Status, c.Night, c.Channel, c.ReceivedAt, c.OpenedByName,
            new CallerView(c.CallerKind, c.CallerName, c.CallerPhone), PatientView.Of(c), c.Covered, Clinical(c.Complaint),
            c.Level, Clinical(c.LevelReason), c.ExpectedDeath, c.TriagedAt, c.TriagedByName,
            c.Outcome, Clinical(c.OutcomeReason), c.RequestedBy,
            c.DecidingDoctorName is { } doctor ? new DoctorView(c.DecidingDoctorId, doctor) : null, c.DecidedAt,
            c.ClosedAt, [.. dispatches.OrderBy(d => d.OfferedAt).Select(d => DispatchView.Of(d, c))]);
    }
}

public sealed record CallerView(CallerKind Kind, string? Name, string? Phone);

/// <param name="Id">Null when the patient is not registered.</param>
/// <param name="Latitude">Of the town block when nothing closer is known; null when the address names none.</param>
public sealed record PatientView(
    Guid? Id, string? Name, string? Kana, DateOnly? BirthDate, Sex? Sex, string? Phone, string? Address, double? Latitude, double? Longitude,
    PlaceView? PrimaryClinic, PlaceView? SecondaryClinic, PlaceView? Facility)
{
    internal static PatientView Of(Case c) => new(
        c.PatientId, c.PatientName, c.PatientKana, c.PatientBirthDate, c.PatientSex is { } sex ? Enum.Parse<Sex>(sex) : null,
        c.PatientPhone, c.PatientAddress, c.Latitude, c.Longitude,
        PlaceView.Of(c.PrimaryClinicId, c.PrimaryClinicName), PlaceView.Of(c.SecondaryClinicId, c.SecondaryClinicName),
        PlaceView.Of(c.FacilityId, c.FacilityName));
}

/// <summary>A clinic or facility as it was called when the case was opened.</summary>
public sealed record PlaceView(Guid Id, string? Name)
{
    internal static PlaceView? Of(Guid? id, string? name) => id is { } known ? new PlaceView(known, name) : null;
}

public sealed record DoctorView(Guid? Id, string Name);

/// <summary>One line of a case's timeline.</summary>
/// <param name="Details">What the kind needs to be told, such as level and reason; empty for a driver.</param>
public sealed record CaseEventView(Guid Id, DateTimeOffset At, CaseEventKind Kind, string Actor, string ActorRole, JsonObject Details)
{
    /// <summary>Details that are values of enums: spelled in the database as in the code, in the API as all its enums.</summary>
    private static readonly string[] Enums = ["channel", "caller", "level", "earlier", "outcome", "status"];

    internal static CaseEventView Of(CaseEvent e, bool withoutDetails) =>
        new(e.Id, e.At, e.Kind, e.ActorName, e.ActorRole, withoutDetails ? [] : Spelled(e.Details));

    private static JsonObject Spelled(string details)
    {
        var stored = JsonNode.Parse(details)!.AsObject();
        foreach (var name in Enums)
        {
            if (stored[name] is JsonValue value)
            {
                stored[name] = JsonNamingPolicy.KebabCaseLower.ConvertName(value.GetValue<string>());
            }
        }
        return stored;
    }
}
