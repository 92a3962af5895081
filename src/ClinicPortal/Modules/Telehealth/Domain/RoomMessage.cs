using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <param name="MediaType">As found by looking at the bytes.</param>
public sealed record Photo(string MediaType, byte[] Content);

/// <summary>A line or a photo of the room: part of the chart, never changed.</summary>
public sealed class RoomMessage : ISealedRow
{
    public const int MaxText = 1_000;

    private RoomMessage()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public Guid ParticipantId { get; private set; }

    public DateTimeOffset SentAt { get; private set; }

    public Sealed<string>? SealedText { get; private set; }

    public Sealed<Photo>? SealedPhoto { get; private set; }

    public static RoomMessage Written(Participant by, string text, DateTimeOffset now)
    {
        var message = By(by, now);
        message.SealedText = text;
        return message;
    }

    public static RoomMessage Shown(Participant by, Photo photo, DateTimeOffset now)
    {
        var message = By(by, now);
        message.SealedPhoto = photo;
        return message;
    }

    private static RoomMessage By(Participant by, DateTimeOffset now) =>
        new() { TenantId = by.TenantId, Id = Guid.CreateVersion7(now), AppointmentId = by.AppointmentId, ParticipantId = by.Id, SentAt = now };
}
