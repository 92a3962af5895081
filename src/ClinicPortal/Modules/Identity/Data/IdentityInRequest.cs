using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Data;

/// <summary>
/// The identity tables on the request's own connection and transaction: a change of somebody's rights commits together with its
/// audit entry, its mail and the form's key, or not at all.
/// </summary>
internal sealed class IdentityInRequest(PortalSession session) : IAsyncDisposable
{
    private IdentityDb? current;

    /// <summary>A context that knows nothing yet: a form that was refused renders what is there, not what it had tried.</summary>
    public async Task<IdentityDb> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        var connection = await session.ConnectionAsync(cancellationToken);
        current = new IdentityDb(new DbContextOptionsBuilder<IdentityDb>().UseNpgsql(connection).Options);
        current.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        current.Database.AutoSavepointsEnabled = false;
        return current;
    }

    public ValueTask DisposeAsync() => current?.DisposeAsync() ?? ValueTask.CompletedTask;
}
