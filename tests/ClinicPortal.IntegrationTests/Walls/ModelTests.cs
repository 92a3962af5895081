using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>What EF believes of the database, beside the database that the migrations made.</summary>
[Collection(WallsCollection.Name)]
public sealed class ModelTests(TwoTenantsFixture walls)
{
    public static TheoryData<Type> Contexts { get; } = [.. TwoTenantsFixture.Contexts];

    [Theory]
    [MemberData(nameof(Contexts), DisableDiscoveryEnumeration = true)]
    public async Task Model_NamesTablesAndColumnsAsTheyAre(Type contextType)
    {
        await using var context = walls.Context(contextType);
        var differences = new List<string>();
        foreach (var table in context.Model.GetRelationalModel().Tables)
        {
            var actual = (await walls.Database.ReadAllAsync<string>("""
                SELECT attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
                FROM pg_attribute WHERE attrelid = to_regclass($1) AND NOT attisdropped AND (attnum > 0 OR attname = 'xmin')
                """, table.SchemaQualifiedName)).ToHashSet();
            differences.AddRange(table.Columns.Select(Declaration).Where(column => !actual.Contains(column))
                .Select(column => $"{table.SchemaQualifiedName} has no column: {column}"));
            differences.AddRange((await walls.Database.ReadAllAsync<string>("""
                SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND NOT attisdropped AND attnum > 0
                  AND attnotnull AND NOT atthasdef AND attidentity = ''
                """, table.SchemaQualifiedName)).Where(name => table.FindColumn(name) is null)
                .Select(name => $"{table.SchemaQualifiedName}.{name} must be given and is not in the model"));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Theory]
    [MemberData(nameof(Contexts), DisableDiscoveryEnumeration = true)]
    public async Task Model_StaysInItsModulesSchema(Type contextType)
    {
        await using var context = walls.Context(contextType);
        var module = contextType.Namespace!.Split('.')[2].ToLowerInvariant();

        Assert.All(context.Model.GetRelationalModel().Tables, table => Assert.Equal(module, table.Schema));
    }

    private static string Declaration(IColumn column) => $"{column.Name} {column.StoreType}{(column.IsNullable ? "" : " not null")}";
}
