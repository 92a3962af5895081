using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Associations.Domain;

public enum MembershipChangeKind
{
    Joined,
    Suspended,
    Resumed,
    Left,
    Rejoined,
}

/// <summary>One entry in the history of a clinic's membership: what, from which day, why, by whom. Never changed.</summary>
public sealed class MembershipChange : ITenantOwned
{
    internal MembershipChange(MemberClinic clinic, MembershipChangeKind kind, DateOnly effectiveOn, string? reason, CurrentUser by, DateTimeOffset now)
    {
        TenantId = clinic.TenantId;
        Id = Guid.CreateVersion7(now);
        ClinicId = clinic.Id;
        Kind = kind;
        EffectiveOn = effectiveOn;
        Reason = reason;
        At = now;
        ById = by.Id;
        ByName = by.Name;
    }

    private MembershipChange()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public MembershipChangeKind Kind { get; private set; }

    /// <summary>First day of what began; for leaving, the last day as a member.</summary>
    public DateOnly EffectiveOn { get; private set; }

    public string? Reason { get; private set; }

    public DateTimeOffset At { get; private set; }

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";
}
