using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>満足度, said in one tap.</summary>
public enum Satisfaction
{
    VeryBad = 1,
    Bad,
    Neutral,
    Good,
    VeryGood,
}

/// <summary>What a participant thought of the consultation; said once.</summary>
public sealed class ConsultationRating : ITenantOwned
{
    private ConsultationRating()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid ParticipantId { get; private set; }

    public Guid AppointmentId { get; private set; }

    public Satisfaction Score { get; private set; }

    public DateTimeOffset At { get; private set; }

    public static ConsultationRating Of(Participant participant, Satisfaction score, DateTimeOffset now) => new()
    {
        TenantId = participant.TenantId,
        ParticipantId = participant.Id,
        AppointmentId = participant.AppointmentId,
        Score = score,
        At = now,
    };
}
