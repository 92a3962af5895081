using System.Text.Json.Serialization;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Room;

public sealed record RoomPerson(Guid Id, ParticipantRole Role, string Name, ParticipantState State, [property: JsonIgnore] Guid? ConnectionId)
{
    /// <summary>A page of theirs takes part.</summary>
    public bool Connected => ConnectionId is not null;
}

/// <summary>How a room stands, as the node that serves it last read it.</summary>
public sealed record RoomState(AppointmentStatus Status, ConsultationMode Mode, IReadOnlyList<RoomPerson> People)
{
    /// <summary>How many have come along, for the patient alone: the page, which names them, is read anew when one more has.</summary>
    public int Companions { get; private init; }

    public bool IsOver => Status is AppointmentStatus.Fulfilled or AppointmentStatus.Cancelled or AppointmentStatus.NoShow;

    public RoomPerson? Person(Guid id) => People.FirstOrDefault(person => person.Id == id);

    public bool IsAdmitted(Guid participant) => !IsOver && Person(participant) is { State: ParticipantState.Admitted };

    /// <summary>Who waits outside is told nothing of those inside but who the doctor is.</summary>
    public RoomState As(Guid participant) => this with
    {
        People = IsAdmitted(participant)
            ? [.. People.Where(p => p.Id == participant || p.State == ParticipantState.Admitted)]
            : [.. People.Where(p => p.Id == participant || p.Role == ParticipantRole.Doctor)],
        Companions = Person(participant) is { Role: ParticipantRole.Patient }
            ? People.Count(p => p.Role is not (ParticipantRole.Patient or ParticipantRole.Doctor) && p.State is ParticipantState.Waiting or ParticipantState.Admitted) : 0,
    };

    public static async Task<RoomState?> ReadAsync(TelehealthContext db, Guid tenantId, Guid appointmentId, CancellationToken cancellationToken)
    {
        var found = await db.Appointments.AsNoTracking().Where(a => a.TenantId == tenantId && a.Id == appointmentId)
            .Select(a => new { a.Status, a.Mode }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }
        var people = await db.Participants.AsNoTracking().Where(p => p.TenantId == tenantId && p.AppointmentId == appointmentId).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        return new RoomState(found.Status, found.Mode, [.. people.Select(p => new RoomPerson(p.Id, p.Role, p.Name, p.State, p.ConnectionId))]);
    }
}
