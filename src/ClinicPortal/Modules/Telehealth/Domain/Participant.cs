using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>Somebody who takes part in one consultation: the patient, the doctor, or a guest with a named role.</summary>
public sealed class Participant : ISealedRow
{
    /// <summary>Each sends its picture to each other: more than this does not work on phones.</summary>
    public const int MostInARoom = 4;

    private Participant()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public ParticipantRole Role { get; private set; }

    public Sealed<string> SealedName { get; private set; } = null!;

    public string Name => SealedName.Value;

    /// <summary><c>ja</c> or <c>en</c>: the language of this participant's pages.</summary>
    public string Language { get; private set; } = "ja";

    /// <summary>Of those who have an account; others come in by a link whose subject is this participant.</summary>
    public Guid? AccountId { get; private set; }

    public ParticipantState State { get; private set; }

    public DateTimeOffset? ConsentedAt { get; private set; }

    public string? ConsentVersion { get; private set; }

    public DateTimeOffset? ArrivedAt { get; private set; }

    public DateTimeOffset? AdmittedAt { get; private set; }

    public DateTimeOffset? LeftAt { get; private set; }

    /// <summary>Of the page that takes part now, on whichever node; null while none does.</summary>
    public Guid? ConnectionId { get; private set; }

    /// <summary>The node of the page renews it: one that ended without goodbye does not.</summary>
    public DateTimeOffset? ConnectedUntil { get; private set; }

    public static Participant Invite(Appointment to, ParticipantRole role, string name, string language, Guid? accountId, DateTimeOffset now) => new()
    {
        TenantId = to.TenantId,
        Id = Guid.CreateVersion7(now),
        AppointmentId = to.Id,
        Role = role,
        SealedName = name,
        Language = language,
        AccountId = accountId,
        State = ParticipantState.Invited,
    };

    /// <summary>A page takes part; one before it, such as from before a reload, no longer does.</summary>
    public void Connect(Guid connection, DateTimeOffset until) => (ConnectionId, ConnectedUntil) = (connection, until);

    public bool IsHere(DateTimeOffset now) => ConnectionId is not null && ConnectedUntil > now;

    /// <summary>Another doctor sees the patient: whoever was connected as this one no longer takes part.</summary>
    public void Replace(string name, Guid? accountId)
    {
        (SealedName, AccountId) = (name, accountId);
        (State, ArrivedAt, AdmittedAt, ConnectionId, ConnectedUntil) = (ParticipantState.Invited, null, null, null, null);
    }

    /// <summary>Says who they are: nobody else knows how a guest is called.</summary>
    public void Introduce(string name) => SealedName = name;

    public void Speak(string language) => Language = language;

    /// <summary>Agrees to the text of that version: guests to who they are and to silence, the patient to the consultation.</summary>
    public void Consent(string version, DateTimeOffset now) => (ConsentedAt, ConsentVersion) = (now, version);

    public Error? Arrive(DateTimeOffset now)
    {
        if (State == ParticipantState.Removed)
        {
            return Error.Conflict("participant.removed");
        }
        if (State is ParticipantState.Invited or ParticipantState.Left)
        {
            State = ParticipantState.Waiting;
        }
        ArrivedAt ??= now;
        return null;
    }

    public Error? Admit(DateTimeOffset now)
    {
        if (State is ParticipantState.Removed or ParticipantState.Invited)
        {
            return Error.Conflict(State == ParticipantState.Removed ? "participant.removed" : "participant.not-arrived");
        }
        (State, AdmittedAt) = (ParticipantState.Admitted, AdmittedAt ?? now);
        return null;
    }

    public void ReturnToWaiting()
    {
        if (State == ParticipantState.Admitted)
        {
            State = ParticipantState.Waiting;
        }
    }

    public void Leave(DateTimeOffset now)
    {
        if (State is not ParticipantState.Removed)
        {
            (State, LeftAt) = (ParticipantState.Left, now);
        }
    }

    public void Remove(DateTimeOffset now) => (State, LeftAt) = (ParticipantState.Removed, now);
}
