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

/// <summary>Admits the patient once every gate is open, sends back to the waiting room, goes on by phone, and ends.</summary>
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
        if (step == ConsultationStep.Return)
        {
            // Who came along waits along.
            people.Where(p => p.Role != ParticipantRole.Doctor).ToList().ForEach(p => p.ReturnToWaiting());
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
}
