using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>
/// A database in which every tenant table has rows of two associations. Rows that no demonstration
/// brings are made up column by column, so whatever would refuse those (checks, foreign keys) is dropped first; the walls stand.
/// </summary>
public sealed class TwoTenantsFixture(PortalPostgres postgres) : IAsyncLifetime
{
    internal const string TenantTables = """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity ORDER BY 1
        """;

    private const string DropWhatRefusesMadeUpRows = """
        DO $$ DECLARE c record; BEGIN
          FOR c IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
            WHERE contype IN ('c', 'f', 'x', 'u') AND conrelid <> 0 AND conparentid = 0 AND connamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
            ORDER BY contype = 'u'
          LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', c.relation, c.conname);
          END LOOP;
          FOR c IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0 LOOP
            EXECUTE format('DROP TRIGGER %I ON %s', c.tgname, c.relation);
          END LOOP;
        END $$
        """;

    private const string MakeUpRow = """
        SELECT format('INSERT INTO %s (%s) VALUES (%s)', $1, string_agg(quote_ident(attname), ', '), string_agg(
            CASE WHEN attname = 'tenant_id' THEN quote_literal($2)
              WHEN atttypid = 'uuid'::regtype THEN 'gen_random_uuid()'
              WHEN atttypid = 'timestamptz'::regtype THEN quote_literal($3)
              WHEN atttypid = 'date'::regtype THEN quote_literal($3::date)
              WHEN atttypid = 'time'::regtype THEN '''20:00'''
              WHEN atttypid = 'boolean'::regtype THEN 'false'
              WHEN atttypid IN ('json'::regtype, 'jsonb'::regtype, 'text[]'::regtype, 'uuid[]'::regtype) THEN '''{}'''
              WHEN atttypid = 'bytea'::regtype THEN 'sha256(''x'')'
              WHEN atttypid = 'tstzrange'::regtype THEN 'tstzrange(now(), now() + interval ''1 hour'')'
              WHEN atttypid = 'text'::regtype THEN quote_literal(substr(gen_random_uuid()::text, 1, 8))
              ELSE '(2 + random() * 30000)::int' END, ', '))
        FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull AND attgenerated = '' AND attidentity = ''
        """;

    private PortalTestDatabase? database;

    public static Guid A { get; } = StableId.Of("tenant", "setagaya");

    public static Guid B { get; } = StableId.Of("tenant", "koto");

    public PortalTestDatabase Database => database!;

    /// <summary>Every table under row-level security, as <c>schema.table</c>.</summary>
    public IReadOnlyList<string> Tables { get; private set; } = [];

    /// <summary>Every module's context, on the owner's connection: neither row-level security nor anything but EF stands in its way.</summary>
    public static IEnumerable<Type> Contexts => typeof(ModuleDbContext).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(ModuleDbContext)) && !type.IsAbstract);

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CloneAsync();
        Tables = await database.ReadAllAsync<string>(TenantTables);
        await database.ExecuteAsync(DropWhatRefusesMadeUpRows);
        foreach (var table in Tables)
        {
            foreach (var tenant in new[] { A, B })
            {
                await database.ExecuteAsync(await InsertionAsync(table, tenant));
            }
        }
    }

    /// <summary>SQL that inserts a made-up row of the tenant.</summary>
    public Task<string> InsertionAsync(string table, Guid tenant) =>
        Database.ReadAsync<string>(MakeUpRow, table, tenant.ToString(), NightClock.Start.UtcDateTime.ToString("O"));

    public ModuleDbContext Context(Type type, params Guid[] tenants)
    {
        var scope = new TenantScope();
        scope.Set(tenants.Select(t => new TenantId(t)));
        return Context(type, scope);
    }

    public ModuleDbContext Context(Type type, TenantScope scope)
    {
        var builder = (DbContextOptionsBuilder)Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(type))!;
        var options = builder.UseNpgsql(Database.Owner).Options;
        var context = (ModuleDbContext)Activator.CreateInstance(type, options)!;
        context.Act(scope);
        return context;
    }

    /// <summary>A connection of the restricted role in a transaction, with the given scope; closing it undoes everything.</summary>
    public async Task<NpgsqlConnection> AsAppAsync(params Guid[] scope)
    {
        var connection = await Database.App.OpenConnectionAsync();
        await connection.BeginTransactionAsync();
        await using var set = new NpgsqlCommand("SELECT set_config('app.tenants', $1, true)", connection)
        {
            Parameters = { new() { Value = string.Join(',', scope) } },
        };
        await set.ExecuteNonQueryAsync();
        return connection;
    }

    public ValueTask DisposeAsync() => database?.DisposeAsync() ?? ValueTask.CompletedTask;
}

[CollectionDefinition(Name)]
public sealed class WallsCollection : ICollectionFixture<TwoTenantsFixture>
{
    public const string Name = "walls";
}
