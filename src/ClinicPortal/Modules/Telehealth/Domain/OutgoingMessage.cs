using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

public enum MessageKind
{
    /// <summary>The link to the waiting room.</summary>
    JoinLink,
    JoinCode,

    /// <summary>The link to answer a time that became free.</summary>
    OfferLink,
    OfferCode,
    Reminder,
    Asked,
    Moved,
    Cancelled,

    /// <summary>The clinic proposes another time than was asked for; the link answers it.</summary>
    OtherTime,

    /// <summary>Another doctor, because the clinic is no member any more.</summary>
    HandedOver,

    /// <summary>Called off, because the clinic is no member any more; whom to call instead.</summary>
    ClinicOutside,
}

public enum MessageChannel
{
    Mail,
    Sms,

    /// <summary>A code for which no second way is known: a person tells it by phone.</summary>
    Told,
}

/// <param name="To">A mail address or the digits of a phone number; empty where a person tells it.</param>
/// <param name="Subject">Of a mail.</param>
/// <param name="Calendar">A calendar file beside the text of a mail.</param>
public sealed record MessageContent(string To, string? Subject, string Text, string? Calendar = null);

/// <summary>What goes to the patient or family about an appointment. Encrypted while it waits; what opens something is wiped once it is gone.</summary>
public sealed class OutgoingMessage : ISealedRow
{
    private OutgoingMessage()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    /// <summary>What it is about, once: a second message with the same key is not written.</summary>
    public string Key { get; private set; } = "";

    public MessageKind Kind { get; private set; }

    public MessageChannel Channel { get; private set; }

    /// <summary>The link that it belongs to.</summary>
    public Guid? LinkId { get; private set; }

    public Sealed<MessageContent> SealedContent { get; private set; } = null!;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public static OutgoingMessage Of(
        Appointment about, string key, MessageKind kind, MessageChannel channel, Guid? link, MessageContent content, DateTimeOffset now) => new()
    {
        TenantId = about.TenantId,
        Id = Guid.CreateVersion7(now),
        AppointmentId = about.Id,
        Key = key,
        Kind = kind,
        Channel = channel,
        LinkId = link,
        SealedContent = content,
        CreatedAt = now,
    };

    /// <summary>It has left; nobody has to read it again here.</summary>
    public void Sent(DateTimeOffset now) => (SentAt, SealedContent) = (now, new MessageContent("", null, ""));
}
