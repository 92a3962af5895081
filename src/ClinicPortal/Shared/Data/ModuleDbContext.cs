using System.Text.Json;
using System.Text.RegularExpressions;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>Rows of a tenant: the first part of the key, of every unique constraint and of every foreign key.</summary>
public interface ITenantOwned
{
    Guid TenantId { get; }
}

/// <summary>
/// A module's context: its own schema, snake_case names, enums as text. Every <see cref="ITenantOwned"/> entity has a filter
/// that yields nothing when no tenant is set, and a save that would write another tenant's row throws. Contexts are pooled: what
/// belongs to a request is given by <see cref="Join"/> and forgotten when the context goes back.
/// </summary>
public abstract partial class ModuleDbContext(DbContextOptions options) : DbContext(options)
{
    private static readonly TenantScope Nobody = new();

    private TenantScope scope = Nobody;

    /// <summary>Name of the query filter that keeps tenants apart; lifting it is named <c>Unfiltered…</c> at the call site.</summary>
    public const string TenantFilter = "tenant";

    protected abstract string Schema { get; }

    /// <summary>Read by the query filter for each query.</summary>
    public IReadOnlyList<Guid> ScopeTenants => scope.Tenants;

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is not (EntityState.Unchanged or EntityState.Detached))
            {
                Check(entry.Entity);
            }
            if (entry is { Entity: ISealedRow row, State: EntityState.Added or EntityState.Modified } && Session is { } session)
            {
                SealedColumns.Close(entry.Metadata, row, session.Vault);
            }
            if (entry.State == EntityState.Modified && entry.Metadata.FindProperty("Id") is { } id && entry.CurrentValues[id] is Guid record)
            {
                Session?.Wrote(record, entry.Properties.Where(p => p.IsModified).Select(p => FieldName(p.Metadata.Name)));
            }
        }
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <summary>As the access log names it: that a column is encrypted says nothing of what was written.</summary>
    private static string FieldName(string property) =>
        JsonNamingPolicy.CamelCase.ConvertName(property.StartsWith(nameof(Sealed), StringComparison.Ordinal) ? property[nameof(Sealed).Length..] : property);

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Save asynchronously: the save check lives there.");

    /// <summary>The request or job that this context works for.</summary>
    internal void Act(TenantScope within, PortalSession? session = null) => (scope, Session) = (within, session);

    internal PortalSession? Session { get; private set; }

    /// <summary>Puts the context on the session's connection and transaction.</summary>
    internal void Join(NpgsqlTransaction transaction)
    {
        // A save that fails ends the request's transaction: nobody goes back to a savepoint, and one costs two round trips a save.
        Database.AutoSavepointsEnabled = false;
        Database.SetDbConnection(transaction.Connection);
        Database.UseTransaction(transaction);
    }

    public override void Dispose()
    {
        Act(Nobody);
        base.Dispose();
    }

    public override ValueTask DisposeAsync()
    {
        Act(Nobody);
        return base.DisposeAsync();
    }

    /// <summary>Refuses a row of a tenant outside the scope.</summary>
    internal void Check(ITenantOwned row)
    {
        if (!scope.Allows(row.TenantId))
        {
            throw new InvalidOperationException($"{row.GetType().Name} of a tenant outside the scope must not be saved.");
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<Enum>().HaveConversion<string>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.HasDefaultSchema(Schema);
        Configure(model);
        foreach (var entity in model.Model.GetEntityTypes())
        {
            UseSnakeCase(entity);
            if (typeof(ITenantOwned).IsAssignableFrom(entity.ClrType) && !entity.IsOwned())
            {
                AddTenantFilterMethod.MakeGenericMethod(entity.ClrType).Invoke(this, [model]);
            }
        }
    }

    protected abstract void Configure(ModelBuilder model);

    private static readonly System.Reflection.MethodInfo AddTenantFilterMethod =
        typeof(ModuleDbContext).GetMethod(nameof(AddTenantFilter), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!;

    private void AddTenantFilter<T>(ModelBuilder model) where T : class, ITenantOwned =>
        model.Entity<T>().HasQueryFilter(TenantFilter, row => ScopeTenants.Contains(row.TenantId));

    internal static void UseSnakeCase(IMutableEntityType entity)
    {
        if (!entity.IsOwned() && !entity.IsMappedToJson())
        {
            entity.SetTableName(Snake(entity.ClrType.Name));
        }
        foreach (var property in entity.GetProperties())
        {
            if (property.IsConcurrencyToken && property.ClrType == typeof(uint))
            {
                // PostgreSQL's own row version: every row has it, no migration makes it.
                property.SetColumnName("xmin");
                property.SetColumnType("xid");
            }
            // An explicit column name wins; owned types keep the prefix that EF gave them.
            else if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
            {
                property.SetColumnName(Snake(property.Name));
            }
        }
    }

    private static string Snake(string name) => WordStart().Replace(name, "_$1").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])([A-Z])")]
    private static partial Regex WordStart();
}

public static class ModuleDbContextRegistration
{
    /// <summary>Registers a module's context on the request's one connection and transaction.</summary>
    public static IServiceCollection AddModuleContext<T>(this IServiceCollection services) where T : ModuleDbContext
    {
        // Making a context costs more than most of its queries.
        var pool = new PooledDbContextFactory<T>(new DbContextOptionsBuilder<T>().UseNpgsql().AddInterceptors(ScopeWithFirstQuery.Instance, SealedColumns.Reading.Instance).Options);
        services.AddSingleton(new ModuleModel(() =>
        {
            using var context = pool.CreateDbContext();
            return context.Model;
        }));
        return services.AddScoped(provider =>
        {
            var session = provider.GetRequiredService<PortalSession>();
            var context = pool.CreateDbContext();
            session.Attach(context);
            return context;
        });
    }
}
