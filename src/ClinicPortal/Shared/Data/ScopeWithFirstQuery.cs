using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>Sends the scope along with the first query of a session, whichever module asks it, and before anything else.</summary>
internal sealed class ScopeWithFirstQuery : DbCommandInterceptor
{
    public static ScopeWithFirstQuery Instance { get; } = new();

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (Due(eventData) is not { } session)
        {
            return result;
        }
        if (eventData.CommandSource == CommandSource.LinqQuery)
        {
            return InterceptionResult<DbDataReader>.SuppressWithResult(await session.ReadWithScopeAsync((NpgsqlCommand)command, cancellationToken));
        }
        // A save is one command of several statements, which no batch takes.
        await session.ApplyScopeAsync(cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await (Due(eventData)?.ApplyScopeAsync(cancellationToken) ?? Task.CompletedTask);
        return result;
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        await (Due(eventData)?.ApplyScopeAsync(cancellationToken) ?? Task.CompletedTask);
        return result;
    }

    /// <summary>A query that blocks its thread is a mistake everywhere; here it would also find nothing.</summary>
    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
        Due(eventData) is null ? result : throw new NotSupportedException("Query asynchronously: the scope is set on the way.");

    private static PortalSession? Due(CommandEventData eventData) =>
        eventData.Context is ModuleDbContext { Session: { ScopeIsDue: true } session } ? session : null;
}
