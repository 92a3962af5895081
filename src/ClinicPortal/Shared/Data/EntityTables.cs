using System.Reflection;
using System.Runtime.CompilerServices;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy.Closing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ClinicPortal.Shared.Data;

/// <summary>
/// Every table of a module as it reads it, column by column: through the context, so that only the scope's rows come, and encrypted
/// columns come as what is in them. A table that is added to the module is in it without anybody thinking of it.
/// </summary>
public static class EntityTables
{
    private static readonly MethodInfo WriteMethod = typeof(EntityTables).GetMethod(nameof(WriteAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <param name="leftOut">Tables, with their schema, that are not written.</param>
    public static async Task WriteAllAsync(
        this TenantArchive archive, ModuleDbContext db, string folder, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? leftOut = null)
    {
        foreach (var entity in db.Model.GetEntityTypes().Where(e => !e.IsOwned() && typeof(ITenantOwned).IsAssignableFrom(e.ClrType)
            && leftOut?.ContainsKey($"{e.GetSchema()}.{e.GetTableName()}") != true))
        {
            await (Task)WriteMethod.MakeGenericMethod(entity.ClrType).Invoke(null, [archive, db, entity, $"data/{folder}/{entity.GetTableName()}.csv", cancellationToken])!;
        }
    }

    private static Task WriteAsync<T>(TenantArchive archive, ModuleDbContext db, IEntityType entity, string path, CancellationToken cancellationToken) where T : class
    {
        var columns = Columns(entity, row => row).ToList();
        // Without includes an entity's lists stay empty; their rows are a table of their own.
        var rows = db.Set<T>().IgnoreAutoIncludes().AsNoTracking().AsAsyncEnumerable();
        return archive.AddTableAsync(path, [.. columns.Select(c => c.Name)], CellsAsync(rows, columns, cancellationToken), cancellationToken);
    }

    private static async IAsyncEnumerable<IEnumerable<object?>> CellsAsync<T>(
        IAsyncEnumerable<T> rows, IReadOnlyList<(string Name, Func<object, object?> Read)> columns, [EnumeratorCancellation] CancellationToken cancellationToken) where T : class
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            yield return columns.Select(column => column.Read(row));
        }
    }

    private static IEnumerable<(string Name, Func<object, object?> Read)> Columns(ITypeBase type, Func<object, object?> owner) =>
    [
        .. from property in type.GetProperties()
           where property.Name != nameof(ITenantOwned.TenantId) && !property.IsConcurrencyToken && !property.IsShadowProperty()
           select (property.GetColumnName(), Reader(property, owner)),
        .. from complex in type.GetComplexProperties()
           from column in Columns(complex.ComplexType, Reader(complex, owner))
           select column,
    ];

    private static Func<object, object?> Reader(IPropertyBase property, Func<object, object?> owner)
    {
        MemberInfo member = (MemberInfo?)property.PropertyInfo ?? property.FieldInfo!;
        return row => owner(row) is { } holder ? Plain(member is PropertyInfo info ? info.GetValue(holder) : ((FieldInfo)member).GetValue(holder)) : null;
    }

    private static object? Plain(object? value) => value is Sealed box ? box.Plain : value;
}
