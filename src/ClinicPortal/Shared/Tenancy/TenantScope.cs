using Npgsql;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>
/// The tenants that the current request or job may touch: set once, before the first query. It feeds all three walls:
/// the query filter, the save check and, through <see cref="SettingCommand"/>, row-level security.
/// </summary>
public sealed class TenantScope
{
    private Guid[]? tenants;

    /// <summary>Tenant ids, in no order; empty when none was set.</summary>
    public IReadOnlyList<Guid> Tenants => tenants ?? [];

    public bool Allows(Guid tenantId) => tenants is not null && Array.IndexOf(tenants, tenantId) >= 0;

    public void Set(IEnumerable<TenantId> scope)
    {
        if (tenants is not null)
        {
            throw new InvalidOperationException("The tenant scope is set once per request or job.");
        }
        tenants = [.. scope.Select(t => t.Value).Distinct()];
    }

    /// <summary>The one statement in the code base that writes <c>app.tenants</c>; it ends with the transaction.</summary>
    internal NpgsqlBatchCommand SettingCommand() => new("SELECT set_config('app.tenants', $1, true)")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = string.Join(',', Tenants) } },
    };
}
