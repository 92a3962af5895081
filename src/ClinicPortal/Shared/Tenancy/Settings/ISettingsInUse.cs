using ClinicPortal.Shared.Results;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>What still relies on an association's settings, and would have nothing to go by if they went. Answered by the modules, within the association's scope.</summary>
public interface ISettingsInUse
{
    /// <param name="next">What is about to be in force.</param>
    /// <returns>Why it must not; null where nothing is in its way.</returns>
    Task<Error?> RefuseAsync(Guid tenantId, TenantSettings next, CancellationToken cancellationToken);
}
