using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Roster.Domain;

/// <summary>From when to when somebody worked, as the secretariat enters it.</summary>
public sealed record WorkedTime(DateTimeOffset CheckedInAt, DateTimeOffset? CheckedOutAt, int BreakMinutes);

/// <summary>
/// 勤怠: that a person worked in a shift. The person checks in and out once; what is wrong then is corrected by the secretariat with a reason, and every
/// state is kept in <see cref="Changes"/>. Times are those of a time clock: whole minutes.
/// </summary>
public sealed class Attendance : ITenantOwned
{
    /// <summary>Before the shift: who comes earlier than that has mistaken the day.</summary>
    public static readonly TimeSpan EarliestCheckIn = TimeSpan.FromHours(2);

    /// <summary>After the shift's end. A check-out that comes later tells when somebody remembered it, not when the work was over.</summary>
    public static readonly TimeSpan LatestCheckOut = TimeSpan.FromHours(6);

    /// <summary>A holiday's shift of 24 hours, and as long again at most: beyond that a date was mistyped.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(48);

    public const int LongestReason = 300;

    private readonly List<AttendanceChange> changes = [];

    private Attendance()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ShiftId { get; private set; }

    public Guid AccountId { get; private set; }

    public string PersonName { get; private set; } = "";

    public DutyRole Role { get; private set; }

    public DateTimeOffset CheckedInAt { get; private set; }

    public DateTimeOffset? CheckedOutAt { get; private set; }

    public int BreakMinutes { get; private set; }

    /// <summary>Nobody worked after all: it counts for nothing.</summary>
    public bool Struck { get; private set; }

    public int Revision { get; private set; }

    /// <summary>Complete from the check-in on where it was read with them; otherwise those of this session.</summary>
    public IReadOnlyList<AttendanceChange> Changes => changes;

    /// <summary>Without the break; null until the work is over.</summary>
    public int? WorkedMinutes => WorkedMinutesOf(CheckedInAt, CheckedOutAt, BreakMinutes);

    public static int? WorkedMinutesOf(DateTimeOffset from, DateTimeOffset? until, int breakMinutes) =>
        until is { } end ? (int)(end - from).TotalMinutes - breakMinutes : null;

    public static Result<Attendance> CheckIn(Shift shift, DutyRole role, CurrentUser person, DateTimeOffset now)
    {
        if (now < shift.StartsAt - EarliestCheckIn)
        {
            return Error.Conflict("attendance.too-early", (int)EarliestCheckIn.TotalHours);
        }
        if (now >= shift.EndsAt)
        {
            return Error.Conflict("attendance.shift-is-over");
        }
        var attendance = Of(shift, role, now);
        attendance.CheckedInAt = Minute(now);
        attendance.Note(AttendanceChangeKind.CheckedIn, null, person, now);
        return attendance;
    }

    public Error? CheckOut(Shift shift, int? breakMinutes, CurrentUser person, DateTimeOffset now)
    {
        if (Struck || CheckedOutAt is not null)
        {
            return Error.Conflict("attendance.checked-out-already");
        }
        if (now > shift.EndsAt + LatestCheckOut)
        {
            return Error.Conflict("attendance.too-late-to-check-out");
        }
        var time = new WorkedTime(CheckedInAt, Minute(now), breakMinutes ?? -1);
        if (CheckBreak(time) is { } refusal)
        {
            return refusal;
        }
        Write(time);
        Note(AttendanceChangeKind.CheckedOut, null, person, now);
        return null;
    }

    /// <summary>For somebody who had not checked in.</summary>
    public static Result<Attendance> Enter(Shift shift, DutyRole role, WorkedTime time, string? reason, CurrentUser secretary, DateTimeOffset now)
    {
        if (Check(shift, time, reason, now) is { Count: > 0 } errors)
        {
            return Result<Attendance>.Refused(errors);
        }
        var attendance = Of(shift, role, now);
        attendance.Write(time);
        attendance.Note(AttendanceChangeKind.Entered, reason, secretary, now);
        return attendance;
    }

    public IReadOnlyList<Error> Correct(Shift shift, WorkedTime time, bool struck, string? reason, CurrentUser secretary, DateTimeOffset now)
    {
        var errors = Check(shift, time, reason, now);
        if (errors.Count > 0)
        {
            return errors;
        }
        if (time == new WorkedTime(CheckedInAt, CheckedOutAt, BreakMinutes) && struck == Struck)
        {
            return [new Error("attendance.nothing-changed")];
        }
        var kind = struck && !Struck ? AttendanceChangeKind.Struck : AttendanceChangeKind.Corrected;
        Write(time);
        Struck = struck;
        Note(kind, reason, secretary, now);
        return [];
    }

    private static Attendance Of(Shift shift, DutyRole role, DateTimeOffset now) => new()
    {
        TenantId = shift.TenantId,
        Id = Guid.CreateVersion7(now),
        ShiftId = shift.Id,
        AccountId = shift.AccountOf(role) ?? throw new InvalidOperationException($"The shift has no {role}."),
        PersonName = shift.NameOf(role) ?? "",
        Role = role,
    };

    private static List<Error> Check(Shift shift, WorkedTime time, string? reason, DateTimeOffset now)
    {
        var errors = new List<Error>();
        if ((time.CheckedInAt - shift.StartsAt).Duration() > Longest)
        {
            errors.Add(Error.OnField("inDay", "attendance.far-from-shift"));
        }
        else if (time.CheckedInAt > now)
        {
            errors.Add(Error.OnField("inDay", "attendance.in-the-future"));
        }
        if (time.CheckedOutAt is { } until)
        {
            if (until <= time.CheckedInAt)
            {
                errors.Add(Error.OnField("outDay", "attendance.ends-before-it-begins"));
            }
            else if (until > now)
            {
                errors.Add(Error.OnField("outDay", "attendance.in-the-future"));
            }
            else if (until - time.CheckedInAt > Longest)
            {
                errors.Add(Error.OnField("outDay", "attendance.too-long", (int)Longest.TotalHours));
            }
        }
        if (errors.Count == 0 && CheckBreak(time) is { } refusal)
        {
            errors.Add(refusal);
        }
        if (string.IsNullOrWhiteSpace(reason))
        {
            errors.Add(Error.OnField("reason", "attendance.reason-needed"));
        }
        else if (reason.Length > LongestReason)
        {
            errors.Add(Error.OnField("reason", "too-long", LongestReason));
        }
        return errors;
    }

    private static Error? CheckBreak(WorkedTime time) =>
        time.BreakMinutes < 0 || time.BreakMinutes > ((time.CheckedOutAt ?? time.CheckedInAt + Longest) - time.CheckedInAt).TotalMinutes
            ? Error.OnField("break", "attendance.break-length") : null;

    private static DateTimeOffset Minute(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute));

    private void Write(WorkedTime time) => (CheckedInAt, CheckedOutAt, BreakMinutes) = (time.CheckedInAt, time.CheckedOutAt, time.BreakMinutes);

    private void Note(AttendanceChangeKind kind, string? reason, CurrentUser actor, DateTimeOffset now)
    {
        Revision++;
        changes.Add(AttendanceChange.Of(this, kind, reason, actor, now));
    }
}
