namespace ClinicPortal.Modules.Associations.Contracts;

public sealed record CareFacilityInfo(Guid TenantId, FacilityId Id, string Name, string Kind, string Phone, string Address, string TownBlock);

/// <summary>The care facilities within the tenants in scope.</summary>
public interface ICareFacilities
{
    /// <returns>Null when there is no such facility in scope.</returns>
    Task<CareFacilityInfo?> FindAsync(FacilityId id, CancellationToken cancellationToken);

    /// <summary>All facilities in scope, by kana.</summary>
    Task<IReadOnlyList<CareFacilityInfo>> ListAsync(CancellationToken cancellationToken);
}
