using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>The right to connect to one room as one participant, once, within a minute, from the browser that it was given to.</summary>
/// <param name="ParticipantId">Null for the doctor, who may have none yet.</param>
/// <param name="Holder">The session, or the link, that the browser must still hold.</param>
/// <param name="ByLink">The holder is a link.</param>
public sealed record RoomTicket(Guid Id, Guid TenantId, Guid AppointmentId, Guid? ParticipantId, Guid Holder, bool ByLink, DateTimeOffset ExpiresAt);

/// <summary>Gives tickets out and reads them.</summary>
public sealed class RoomTickets(IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly IDataProtector protector = protection.CreateProtector("room-ticket");

    public string GiveDoctor(Guid tenantId, Guid appointmentId, Guid session) => Give(new(Id, tenantId, appointmentId, null, session, false, Expiry));

    public string GiveVisitor(Guid tenantId, Guid appointmentId, Guid participantId, Guid link) => Give(new(Id, tenantId, appointmentId, participantId, link, true, Expiry));

    /// <returns>Null when it is none of ours, was altered or is too old.</returns>
    public RoomTicket? Read(string? ticket)
    {
        try
        {
            return ticket is { Length: > 0 and < 2_000 } && JsonSerializer.Deserialize<RoomTicket>(protector.Unprotect(ticket)) is { } read && read.ExpiresAt > clock.GetUtcNow()
                ? read : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private Guid Id => Guid.CreateVersion7(clock.GetUtcNow());

    private DateTimeOffset Expiry => clock.GetUtcNow() + Lifetime;

    private string Give(RoomTicket ticket) => protector.Protect(JsonSerializer.Serialize(ticket));
}
