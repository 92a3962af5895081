using ClinicPortal.Modules.Associations.Contracts;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>A clinic's doctors are booked for as long as it is a member: not from the first day of a suspension on, and not after its last day.</summary>
public static class BookableUntil
{
    /// <returns>The last day; null where none is set.</returns>
    public static DateOnly? Of(MembershipDates membership) => (membership.SuspendedFrom?.AddDays(-1), membership.LeavesOn) switch
    {
        ({ } suspended, { } leaves) => suspended < leaves ? suspended : leaves,
        var (suspended, leaves) => suspended ?? leaves,
    };
}
