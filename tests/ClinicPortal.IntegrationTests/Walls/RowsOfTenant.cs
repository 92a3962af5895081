using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>A checksum of every tenant table's rows of one association, read as the owner.</summary>
internal sealed class RowsOfTenant
{
    /// <summary>Made from the entries of the access log by the portal itself, about a second after them.</summary>
    private static readonly string[] Derived = ["app.audit_link", "app.audit_patient", "app.audit_unlinked"];

    private readonly Dictionary<string, string> sums;

    private RowsOfTenant(Dictionary<string, string> sums) => this.sums = sums;

    public static async Task<RowsOfTenant> ReadAsync(PortalTestDatabase database, string association)
    {
        var sums = new Dictionary<string, string>();
        foreach (var table in (await database.ReadAllAsync<string>(TwoTenantsFixture.TenantTables)).Except(Derived))
        {
            sums.Add(table, await database.ReadAsync<string>(
                $"SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {table} t WHERE tenant_id = $1",
                StableId.Of("tenant", association)));
        }
        return new RowsOfTenant(sums);
    }

    /// <summary>What is not as it was.</summary>
    public IEnumerable<string> Since(RowsOfTenant before) => sums.Where(s => before.sums[s.Key] != s.Value).Select(s => $"{s.Key}: {before.sums[s.Key]} → {s.Value}");
}
