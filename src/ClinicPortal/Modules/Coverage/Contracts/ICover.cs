using ClinicPortal.Modules.Associations.Contracts;

namespace ClinicPortal.Modules.Coverage.Contracts;

/// <summary>A clinic's subscription to night cover (契約).</summary>
/// <param name="Plan">Code of the plan in the association's price list.</param>
/// <param name="EndsOn">The last night, itself covered; null while it runs on.</param>
/// <param name="PatientsCovered">The number that the monthly base is charged for.</param>
public sealed record CoverInfo(Guid TenantId, ClinicId ClinicId, string Plan, DateOnly StartsOn, DateOnly? EndsOn, int PatientsCovered);

/// <summary>Which clinics are under night cover, within the tenants in scope.</summary>
public interface ICover
{
    /// <returns>Null when the clinic has no cover on the night that bears this date.</returns>
    Task<CoverInfo?> ForClinicAsync(ClinicId id, DateOnly night, CancellationToken cancellationToken);

    /// <summary>All clinics in scope under cover on the night that bears this date.</summary>
    Task<IReadOnlyList<CoverInfo>> ListAsync(DateOnly night, CancellationToken cancellationToken);
}
