using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Roster.Domain;

/// <summary>How an attendance came to say what it says.</summary>
public enum AttendanceChangeKind
{
    CheckedIn,
    CheckedOut,

    /// <summary>By the secretariat, for somebody who had not checked in.</summary>
    Entered,
    Corrected,

    /// <summary>By the secretariat: nobody worked here.</summary>
    Struck,
}

/// <summary>One line of an attendance's history: what it said from then on. Written once.</summary>
public sealed class AttendanceChange : ISealedRow
{
    private AttendanceChange()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AttendanceId { get; private set; }

    public int Revision { get; private set; }

    public AttendanceChangeKind Kind { get; private set; }

    public DateTimeOffset CheckedInAt { get; private set; }

    public DateTimeOffset? CheckedOutAt { get; private set; }

    public int BreakMinutes { get; private set; }

    public bool Struck { get; private set; }

    public Sealed<string>? SealedReason { get; private set; }

    public string? Reason => SealedReason?.Value;

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    internal static AttendanceChange Of(Attendance now, AttendanceChangeKind kind, string? reason, CurrentUser actor, DateTimeOffset at) => new()
    {
        TenantId = now.TenantId,
        Id = Guid.CreateVersion7(at),
        AttendanceId = now.Id,
        Revision = now.Revision,
        Kind = kind,
        CheckedInAt = now.CheckedInAt,
        CheckedOutAt = now.CheckedOutAt,
        BreakMinutes = now.BreakMinutes,
        Struck = now.Struck,
        SealedReason = reason is null ? null : (Sealed<string>)reason,
        ById = actor.Id,
        ByName = actor.Name,
        At = at,
    };
}
