using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>Runs a module's demo seed for each association by itself: its own scope, its own transaction.</summary>
public sealed class DemoSeeding(IServiceScopeFactory scopes)
{
    /// <param name="seed">Looks first whether its rows are there; does not commit.</param>
    public async Task ForEachTenantAsync(
        TenantFolder folder, Func<IServiceProvider, TenantDefinition, TenantId, CancellationToken, Task> seed, CancellationToken cancellationToken)
    {
        foreach (var tenant in folder.Tenants)
        {
            var id = new TenantId(StableId.Of("tenant", tenant.Settings.Identifier));
            await using var services = scopes.CreateAsyncScope();
            var session = await services.ServiceProvider.ActAsync(CurrentUser.Portal, [id], cancellationToken);
            await seed(services.ServiceProvider, tenant, id, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
    }
}
