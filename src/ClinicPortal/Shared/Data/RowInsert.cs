using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Shared.Data;

/// <summary>The INSERT of one entity, by EF's own mapping, as a command that can ride with others in one round trip.</summary>
internal sealed class RowInsert
{
    private static readonly ConcurrentDictionary<IReadOnlyEntityType, RowInsert> ByEntity = [];

    private readonly string sql;
    private readonly Column[] columns;

    private RowInsert(IEntityType entity)
    {
        var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
        // What the database makes itself, such as the row version, is not written.
        columns = [.. entity.GetProperties().Where(p => p.GetBeforeSaveBehavior() == PropertySaveBehavior.Save).Select(p => new Column(p, table))];
        var names = string.Join(", ", columns.Select(c => $"\"{c.Name}\""));
        var values = string.Join(", ", columns.Select((_, i) => $"${i + 1}"));
        sql = $"INSERT INTO \"{entity.GetSchema()}\".\"{entity.GetTableName()}\" ({names}) VALUES ({values})";
    }

    public static NpgsqlBatchCommand Of(IModel model, object row)
    {
        var entity = model.FindEntityType(row.GetType()) ?? throw new InvalidOperationException($"{row.GetType().Name} is not of this module.");
        return ByEntity.GetOrAdd(entity, static (_, type) => new RowInsert(type), entity).Command(row);
    }

    private NpgsqlBatchCommand Command(object row)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(column.Parameter(row));
        }
        return command;
    }

    private sealed class Column(IProperty property, StoreObjectIdentifier table)
    {
        private readonly IClrPropertyGetter getter = property.GetGetter();
        private readonly Func<object?, object?>? toStore = property.GetTypeMapping().Converter?.ConvertToProvider;
        private readonly string storeType = property.GetColumnType();

        /// <summary>Of the usual types, so that the name is not looked up for each value; unknown for others.</summary>
        private readonly NpgsqlDbType usualType = new NpgsqlParameter { DataTypeName = property.GetColumnType() }.NpgsqlDbType;

        public string Name { get; } = property.GetColumnName(table)!;

        public NpgsqlParameter Parameter(object row)
        {
            var value = getter.GetClrValue(row);
            value = (toStore is null || value is null ? value : toStore(value)) ?? DBNull.Value;
            return usualType == NpgsqlDbType.Unknown
                ? new NpgsqlParameter { Value = value, DataTypeName = storeType }
                : new NpgsqlParameter { Value = value, NpgsqlDbType = usualType };
        }
    }
}
