using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster;

/// <summary>Who worked in a demonstration's past shifts: in time but for some minutes, once corrected, and once without a check-out.</summary>
internal static class DemoAttendance
{
    private const int Break = 60;

    private static readonly TimeSpan LongNight = TimeSpan.FromHours(12);

    public static async Task AddAsync(RosterContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var nights = (await db.Shifts.Where(shift => shift.EndsAt < now).OrderBy(shift => shift.StartsAt).ThenBy(shift => shift.UnitId).ToListAsync(cancellationToken))
            .Where(shift => shift.EndsAt - shift.StartsAt >= LongNight).ToList();
        foreach (var (index, shift) in nights.Index())
        {
            var (early, late) = (index * 7 % 16, index * 11 % 23);
            foreach (var role in Enum.GetValues<DutyRole>())
            {
                if (shift.AccountOf(role) is not { } account)
                {
                    continue;
                }
                var person = CurrentUser.Portal with { Id = account, Name = shift.NameOf(role)! };
                var attendance = Attendance.CheckIn(shift, role, person, shift.StartsAt.AddMinutes(-early)).Value;
                if (index < nights.Count - 1 || role == DutyRole.Doctor)
                {
                    attendance.CheckOut(shift, Break, person, shift.EndsAt.AddMinutes(late));
                }
                if (index == nights.Count / 2 && role == DutyRole.Driver)
                {
                    var secretary = CurrentUser.Portal with { Id = Guid.Empty, Name = "事務局" };
                    attendance.Correct(
                        shift, new WorkedTime(attendance.CheckedInAt, attendance.CheckedOutAt, 75), struck: false, "休憩の入力誤り。本人に確認しました。", secretary, shift.EndsAt.AddHours(3));
                }
                db.Attendances.Add(attendance);
            }
        }
        await db.SaveChangesAsync(cancellationToken);
    }
}
