using ClinicPortal.Shared.Data;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>The part of a module that has tables and nothing else to hand over.</summary>
public sealed class ModulePart<TContext>(string name, TContext db, params IReadOnlyCollection<string> charts) : ITenantPart where TContext : ModuleDbContext
{
    public string Name => name;

    public IReadOnlyCollection<string> Charts => charts;

    public IReadOnlyDictionary<string, string> LeftOut { get; init; } = new Dictionary<string, string>();

    public Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken) =>
        archive.WriteAllAsync(db, name, cancellationToken, LeftOut);
}
