using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>Asks the modules what relies on an association's settings, for who writes settings outside of its scope.</summary>
public sealed class SettingsUse(IServiceScopeFactory scopes)
{
    /// <returns>Why these settings must not come into force; null where nothing is in their way.</returns>
    public async Task<Error?> RefuseAsync(Guid tenantId, TenantSettings next, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(tenantId)], cancellationToken);
        foreach (var use in scope.ServiceProvider.GetServices<ISettingsInUse>())
        {
            if (await use.RefuseAsync(tenantId, next, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }
        return null;
    }
}
