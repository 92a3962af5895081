using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.HoldConsultation;

/// <summary>What the doctor does with a consultation.</summary>
public enum ConsultationStep
{
    Admit,
    Return,
    Phone,
    End,
}

/// <summary>Admits the patient once every gate is open, one at a time; sends back to the waiting room, moves on to the next, goes on by phone, and ends.</summary>
public sealed class MoveConsultation(TelehealthContext db, AppointmentAccess access, GateCheck gates, AppointmentNews news, PortalSession session, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, ConsultationStep step, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment || !access.Conducts(appointment))
        {
            return Error.NotFound("appointment.not-found");
        }
        var people = await db.Participants.Where(p => p.TenantId == appointment.TenantId && p.AppointmentId == id).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var refusal = step switch
        {
            ConsultationStep.Admit => appointment.Admit((await gates.OpenAsync(appointment, cancellationToken)).Count, now)
                ?? people.Find(p => p.Role == ParticipantRole.Patient)?.Admit(now),
            ConsultationStep.Return => appointment.ReturnToWaiting(),
            ConsultationStep.Phone => appointment.SwitchToPhone(now),
            _ => appointment.End(now),
        };
        if (refusal is not null)
        {
            return refusal;
        }
        if (step == ConsultationStep.Admit)
        {
            // A doctor sees one patient at a time: who is still inside waits again.
            foreach (var other in await access.Visible().Where(a => a.DoctorId == appointment.DoctorId && a.Id != id && a.Status == AppointmentStatus.InProgress
                && a.Mode == ConsultationMode.Video).ToListAsync(cancellationToken))
            {
                await SendBackAsync(other, cancellationToken);
            }
        }
        else if (step == ConsultationStep.Return)
        {
            WaitAgain(people);
        }
        else if (step == ConsultationStep.End)
        {
            people.ForEach(p => p.Leave(now));
            session.Enqueue(DeletePhotos.Of(appointment, now));
        }
        await db.SaveChangesAsync(cancellationToken);
        news.Add(appointment, step switch
        {
            ConsultationStep.Admit => AppointmentEventKind.Admitted,
            ConsultationStep.Return => AppointmentEventKind.ReturnedToWaiting,
            ConsultationStep.Phone => AppointmentEventKind.SwitchedToPhone,
            _ => AppointmentEventKind.Ended,
        });
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    /// <summary>次の方へ: whoever is inside goes back to the waiting room, and the doctor to the room of the next one who waits.</summary>
    public async Task<Result<Guid>> MoveOnAsync(Guid id, Guid? next, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment || !access.Conducts(appointment))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (next is not { } to || await access.FindAsync(to, cancellationToken) is not { Status: AppointmentStatus.Arrived } waiting || !access.Conducts(waiting))
        {
            return Error.Conflict("appointment.not-arrived");
        }
        if (appointment is { Status: AppointmentStatus.InProgress, Mode: ConsultationMode.Video })
        {
            await SendBackAsync(appointment, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }
        return waiting.Id;
    }

    /// <summary>Whoever is inside waits again: picture and sound end. The caller saves.</summary>
    internal async Task SendBackAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        appointment.ReturnToWaiting();
        WaitAgain(await db.Participants.Where(p => p.TenantId == appointment.TenantId && p.AppointmentId == appointment.Id).ToListAsync(cancellationToken));
        news.Add(appointment, AppointmentEventKind.ReturnedToWaiting);
    }

    /// <summary>Who came along waits along.</summary>
    private static void WaitAgain(List<Participant> people) => people.Where(p => p.Role != ParticipantRole.Doctor).ToList().ForEach(p => p.ReturnToWaiting());
}
