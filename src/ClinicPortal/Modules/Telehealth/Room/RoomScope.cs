using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>Reads and writes for the room: a connection lasts for the whole call, so that each step has a scope and a transaction of its own.</summary>
internal sealed class RoomScope(IServiceScopeFactory scopes)
{
    /// <param name="work">Does not commit; what it wrote is committed after it.</param>
    public async Task<T> RunAsync<T>(CurrentUser actor, Guid tenantId, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(actor, [new TenantId(tenantId)], cancellationToken);
        var result = await work(scope.ServiceProvider);
        await session.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>The portal's own look at how the room stands: shows nobody anything new.</summary>
    public async Task<RoomState?> StateAsync(Guid tenantId, Guid appointmentId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(tenantId)], cancellationToken);
        return await RoomState.ReadAsync(scope.ServiceProvider.GetRequiredService<TelehealthContext>(), tenantId, appointmentId, cancellationToken);
    }
}
