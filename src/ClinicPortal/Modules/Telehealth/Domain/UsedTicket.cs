using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>A ticket that opened a room: it opens none again.</summary>
public sealed class UsedTicket : ITenantOwned
{
    private UsedTicket()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public DateTimeOffset UsedAt { get; private set; }

    public static UsedTicket Of(Guid tenantId, Guid id, DateTimeOffset now) => new() { TenantId = tenantId, Id = id, UsedAt = now };
}
