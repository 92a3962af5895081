using System.Globalization;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ClinicPortal.Benchmarks.Sites;

/// <summary>One portal's database, filled: all associations are copies of Setagaya, each with a desk of its own.</summary>
internal sealed class Site(PortalConnectionStrings connections, SiteShape shape) : IAsyncDisposable
{
    /// <summary>Associations that the shared desk answers for, where there are so many.</summary>
    public const int SharedAssociations = 20;

    private static readonly string[] Swept =
        ["nightdesk.case", "nightdesk.case_event", "nightdesk.night_counter", "nightdesk.dispatch", "identity.api_key", "app.audit_entry", "app.audit_unlinked",
            "app.audit_link", "app.audit_patient", "app.idempotency"];

    /// <summary>fill.sql writes in the open what the portal finds sealed.</summary>
    private static readonly (string Table, string Column)[] SealedByFill =
    [
        ("patients.patient", "sealed_place"), ("patients.patient", "sealed_chart"), ("nightdesk.case", "sealed_told"), ("nightdesk.case_event", "sealed_details"),
    ];

    private readonly NpgsqlDataSource owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connections.Owner) { CommandTimeout = 0 });

    public PortalConnectionStrings Connections => connections;

    public SiteShape Shape => shape;

    public async Task FillAsync(int patients, CancellationToken cancellationToken)
    {
        await using var app = NpgsqlDataSource.Create(connections.App);
        var vault = new Vault(new TenantKeys(MasterKeys.Of(TestBed.MasterKey), app, TimeProvider.System));
        await new Migrator(connections, vault, NullLogger<Migrator>.Instance).MigrateAsync(cancellationToken);
        var folder = TenantFolder.Load(Path.Combine(Checkout.Root, "tenants"));
        var setagaya = folder.Tenants.Single(t => t.Settings.Identifier == "setagaya");
        var desk = folder.Desks.Single();
        await new TenantImport(connections, TimeProvider.System).RunAsync(
            [
                .. Enumerable.Range(0, shape.Associations).Select(i => desk with { Settings = desk.Settings with { Identifier = SiteIds.Desk(i) } }),
                desk with { Settings = desk.Settings with { Identifier = SiteIds.SharedDesk } },
            ],
            Enumerable.Range(0, shape.Associations).Select(i => setagaya with
            {
                Settings = setagaya.Settings with { Identifier = SiteIds.Association(i), Desk = SiteIds.Desk(i) },
            }),
            apply: false, cancellationToken);
        await ExecuteAsync($"SET benchmark.patients = {patients.ToString(CultureInfo.InvariantCulture)};{Sql("fill")}", cancellationToken);
        await using (var connection = await owner.OpenConnectionAsync(cancellationToken))
        {
            foreach (var (table, column) in SealedByFill)
            {
                await Migrator.SealAsync(connection, vault, table, column, cancellationToken);
            }
        }
        await ExecuteAsync($"""
            INSERT INTO app.cover_agreement (desk_id, tenant_id, valid_from, imported_at)
            SELECT d.id, t.id, '2024-04-01', now() FROM app.desk d, app.tenant t
            WHERE d.identifier = '{SiteIds.SharedDesk}' AND t.identifier < '{SiteIds.Association(SharedAssociations)}'
            """, cancellationToken);
        await ExecuteAsync("VACUUM ANALYZE", cancellationToken);
    }

    /// <summary>Rows that opened cases have left, the fewest of any table that each of them writes to; and whether a number was given twice.</summary>
    public async Task<(long Cases, bool NumbersAreUnique)> CountAsync(CancellationToken cancellationToken)
    {
        // Without statistics of what was just written, the planner would join it row by row.
        await using var command = owner.CreateCommand("""
            SET enable_nestloop = off;
            WITH opened AS (SELECT tenant_id, id, number FROM nightdesk.case WHERE id > '01000000-0000-0000-0000-000000000000')
            SELECT least(
                     (SELECT count(*) FROM opened JOIN nightdesk.case_event e ON e.tenant_id = opened.tenant_id AND e.case_id = opened.id),
                     (SELECT count(*) FROM opened JOIN app.audit_entry a ON a.tenant_id = opened.tenant_id AND a.record_ids = ARRAY[opened.id]),
                     (SELECT count(*) FROM opened JOIN app.idempotency i ON i.location = '/api/v1/cases/' || opened.id)),
                   (SELECT count(DISTINCT (tenant_id, number)) = count(*) FROM opened)
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetBoolean(1));
    }

    /// <summary>Entries of the access log about patients that were opened.</summary>
    public async Task<long> EntriesAsync(CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand("SELECT count(*) FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'patient'");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>As it was before the measurement, so that each finds the same.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(Sql("sweep"), cancellationToken);
        await ExecuteAsync($"VACUUM {string.Join(", ", Swept)}", cancellationToken);
    }

    public ValueTask DisposeAsync() => owner.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static string Sql(string name)
    {
        using var reader = new StreamReader(typeof(Site).Assembly.GetManifestResourceStream($"{name}.sql")!);
        return reader.ReadToEnd();
    }
}
