using System.Collections.Concurrent;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClinicPortal.Shared.Secrets;

/// <summary>A row with encrypted columns: its id and its association are bound to what is in them.</summary>
public interface ISealedRow : ITenantOwned
{
    Guid Id { get; }
}

/// <summary>Maps encrypted columns, gives those of a row that was read their row, and seals those of a row that is written.</summary>
public static class SealedColumns
{
    private static readonly ConcurrentDictionary<IReadOnlyEntityType, Column[]> ByEntity = [];

    /// <remarks>Another object is a change and the same one is none.</remarks>
    public static PropertyBuilder<Sealed<T>> IsSealed<T>(this PropertyBuilder<Sealed<T>> property) where T : class
    {
        // Named when the first row is read: only the finished model knows.
        var name = new Lazy<string>(() => Name(property.Metadata));
        return property.HasColumnType("bytea").HasConversion(
            value => value.Box,
            box => Sealed<T>.Stored(box, name.Value),
            new ValueComparer<Sealed<T>>((one, other) => ReferenceEquals(one, other), value => value.GetHashCode(), value => value));
    }

    /// <summary>Schema, table and column.</summary>
    public static string Name(IReadOnlyProperty property) =>
        $"{property.DeclaringType.ContainingEntityType.GetSchema()}.{property.DeclaringType.ContainingEntityType.GetTableName()}.{property.GetColumnName()}";

    internal static IEnumerable<IProperty> Of(IModel model) =>
        model.GetEntityTypes().SelectMany(type => type.GetProperties()).Where(property => typeof(Sealed).IsAssignableFrom(property.ClrType));

    internal static void Bind(IEntityType type, ISealedRow row, Vault vault)
    {
        foreach (var column in Columns(type))
        {
            column.Read(row)?.Bind(vault, row.TenantId, row.Id);
        }
    }

    internal static void Close(IEntityType type, ISealedRow row, Vault vault)
    {
        foreach (var column in Columns(type))
        {
            column.Read(row)?.Close(vault, column.Name, row.TenantId, row.Id);
        }
    }

    private static Column[] Columns(IEntityType type) => ByEntity.GetOrAdd(type, static (_, entity) =>
    [
        .. entity.GetProperties().Where(property => typeof(Sealed).IsAssignableFrom(property.ClrType)).Select(property =>
        {
            var getter = property.GetGetter();
            return new Column(Name(property), row => (Sealed?)getter.GetClrValue(row));
        }),
    ], type);

    private sealed record Column(string Name, Func<object, Sealed?> Read);

    /// <summary>Gives the encrypted columns of every entity that a session reads their row.</summary>
    internal sealed class Reading : IMaterializationInterceptor
    {
        public static Reading Instance { get; } = new();

        public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
        {
            if (entity is ISealedRow row && materializationData.Context is ModuleDbContext { Session: { } session })
            {
                Bind(materializationData.EntityType, row, session.Vault);
            }
            return entity;
        }
    }
}
