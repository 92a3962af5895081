using System.Reflection;
using System.Runtime.CompilerServices;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Tests.Roster;

/// <summary>勤怠: when one may check in and out, and what a correction leaves behind.</summary>
public sealed class AttendanceTests
{
    private static readonly DateTimeOffset Starts = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ends = Starts.AddHours(15);
    private static readonly CurrentUser Doctor = CurrentUser.Portal with { Id = Guid.NewGuid(), Name = "福田 浩二" };
    private static readonly CurrentUser Secretary = CurrentUser.Portal with { Id = Guid.NewGuid(), Name = "事務局" };

    private readonly Shift shift = AShift();

    [Theory]
    [InlineData(-121, "attendance.too-early")]
    [InlineData(-120, null)]
    [InlineData(899, null)]
    [InlineData(900, "attendance.shift-is-over")]
    public void CheckIn_IsFromTwoHoursBeforeUntilTheEnd(int minutes, string? refusal) =>
        Assert.Equal(refusal, Attendance.CheckIn(shift, DutyRole.Doctor, Doctor, Starts.AddMinutes(minutes)).Errors.FirstOrDefault()?.Code);

    [Theory]
    [InlineData(360, 60, null)]
    [InlineData(361, 60, "attendance.too-late-to-check-out")]
    [InlineData(0, null, "attendance.break-length")]
    [InlineData(0, -1, "attendance.break-length")]
    [InlineData(0, 901, "attendance.break-length")]
    public void CheckOut_IsUntilSixHoursAfterTheEnd_WithABreakThatFits(int minutesAfter, int? breakMinutes, string? refusal)
    {
        var attendance = CheckedIn();

        Assert.Equal(refusal, attendance.CheckOut(shift, breakMinutes, Doctor, Ends.AddMinutes(minutesAfter))?.Code);
        Assert.Equal(refusal is null ? Ends.AddMinutes(minutesAfter) : null, attendance.CheckedOutAt);
    }

    [Fact]
    public void CheckOut_IsOnce_AndInWholeMinutes()
    {
        var attendance = CheckedIn();

        Assert.Null(attendance.CheckOut(shift, 60, Doctor, Ends.AddSeconds(59)));
        Assert.Equal("attendance.checked-out-already", attendance.CheckOut(shift, 30, Doctor, Ends.AddMinutes(1))?.Code);

        Assert.Equal((Ends, 60, 15 * 60 - 60), (attendance.CheckedOutAt, attendance.BreakMinutes, attendance.WorkedMinutes));
    }

    [Fact]
    public void Correction_KeepsWhatWasNotedBefore()
    {
        var attendance = CheckedIn();
        attendance.CheckOut(shift, 60, Doctor, Ends);

        Assert.Empty(attendance.Correct(shift, new WorkedTime(Starts.AddMinutes(10), Ends, 45), struck: false, "休憩の誤り", Secretary, Ends.AddHours(2)));

        Assert.Equal(3, attendance.Revision);
        Assert.Equal(
            [(1, AttendanceChangeKind.CheckedIn, Starts, 0, null), (2, AttendanceChangeKind.CheckedOut, Starts, 60, null), (3, AttendanceChangeKind.Corrected, Starts.AddMinutes(10), 45, "休憩の誤り")],
            attendance.Changes.Select(change => (change.Revision, change.Kind, change.CheckedInAt, change.BreakMinutes, change.Reason)));
    }

    [Fact]
    public void Correction_WithoutReasonOrChange_OrAgainstTheClock_IsRefused()
    {
        var attendance = CheckedIn();
        var now = Ends.AddHours(2);

        Assert.Equal(["reason"], Fields(new WorkedTime(Starts, Ends, 0), " "));
        Assert.Equal(["outDay"], Fields(new WorkedTime(Starts, Starts, 0), "訂正"));
        Assert.Equal(["outDay"], Fields(new WorkedTime(Starts, now.AddMinutes(1), 0), "訂正"));
        Assert.Equal(["inDay"], Fields(new WorkedTime(Starts.AddDays(-3), null, 0), "訂正"));
        Assert.Equal(["break"], Fields(new WorkedTime(Starts, Starts.AddMinutes(30), 31), "訂正"));
        Assert.Equal("attendance.nothing-changed", Assert.Single(attendance.Correct(shift, new WorkedTime(Starts, null, 0), false, "訂正", Secretary, now)).Code);
        Assert.Single(attendance.Changes);

        IEnumerable<string?> Fields(WorkedTime time, string reason) => attendance.Correct(shift, time, false, reason, Secretary, now).Select(error => error.Field);
    }

    [Fact]
    public void StruckOut_CanBePutBack_ButNotCheckedOut()
    {
        var attendance = CheckedIn();
        var time = new WorkedTime(Starts, null, 0);

        Assert.Empty(attendance.Correct(shift, time, struck: true, "欠勤", Secretary, Ends));
        Assert.Equal("attendance.checked-out-already", attendance.CheckOut(shift, 0, Doctor, Ends)?.Code);
        Assert.Empty(attendance.Correct(shift, time, struck: false, "誤って取り消した", Secretary, Ends));

        Assert.Equal([AttendanceChangeKind.CheckedIn, AttendanceChangeKind.Struck, AttendanceChangeKind.Corrected], attendance.Changes.Select(change => change.Kind));
        Assert.Null(attendance.CheckOut(shift, 0, Doctor, Ends));
    }

    private Attendance CheckedIn() => Attendance.CheckIn(shift, DutyRole.Doctor, Doctor, Starts.AddSeconds(40)).Value;

    private static Shift AShift()
    {
        var made = (Shift)RuntimeHelpers.GetUninitializedObject(typeof(Shift));
        Set(nameof(Shift.Id), Guid.NewGuid());
        Set(nameof(Shift.StartsAt), Starts);
        Set(nameof(Shift.EndsAt), Ends);
        Set(nameof(Shift.DoctorAccountId), Doctor.Id);
        Set(nameof(Shift.DoctorName), Doctor.Name);
        return made;

        void Set(string property, object value) => typeof(Shift).GetProperty(property, BindingFlags.Public | BindingFlags.Instance)!.SetValue(made, value);
    }
}
