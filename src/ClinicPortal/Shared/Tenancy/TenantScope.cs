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
    /// <param name="planOnce">
    /// For commands, which look rows up by their keys and write others: their plans do not depend on the values, and for so short a
    /// statement PostgreSQL takes longer to plan than to execute.
    /// </param>
    internal NpgsqlBatchCommand SettingCommand(bool planOnce = false) => new(planOnce
        ? "SELECT set_config('app.tenants', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true)"
        : "SELECT set_config('app.tenants', $1, true)")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = string.Join(',', Tenants) } },
    };
}
