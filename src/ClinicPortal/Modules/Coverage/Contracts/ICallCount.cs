using ClinicPortal.Modules.Associations.Contracts;

namespace ClinicPortal.Modules.Coverage.Contracts;

/// <summary>How many calls clinics have had, told by whoever takes them: plans have limits of calls.</summary>
public interface ICallCount
{
    /// <summary>Calls that were under cover, of the nights of a month, within the tenants in scope.</summary>
    /// <param name="month">Its first day.</param>
    /// <param name="before">When the call comes that is not counted any more.</param>
    /// <returns>A clinic without calls is missing.</returns>
    Task<IReadOnlyDictionary<ClinicId, int>> UnderCoverAsync(
        IReadOnlyCollection<ClinicId> clinics, DateOnly month, DateTimeOffset before, CancellationToken cancellationToken);
}
