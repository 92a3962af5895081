using System.Diagnostics;
using System.Text.Json;
using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Benchmarks.Sealing;

/// <summary>
/// What encryption costs a reader: one chart, and the cases of a board, read from PostgreSQL and opened, beside the same bytes stored in the open and
/// read alike. The two are measured in turn.
/// </summary>
internal static class SealingBenchmark
{
    private const int Rounds = 7;
    private const int ReadsARound = 400;
    private const int Patients = 2_000;

    public static async Task<int> RunAsync()
    {
        await using var bed = await TestBed.StartAsync(CancellationToken.None);
        var site = await bed.AddSiteAsync(SiteShape.Of(1, Patients), Patients, CancellationToken.None);
        await using var owner = NpgsqlDataSource.Create(site.Connections.Owner);
        await using var app = NpgsqlDataSource.Create(site.Connections.App);
        var vault = new Vault(new TenantKeys(MasterKeys.Of(TestBed.MasterKey), app, TimeProvider.System));
        await using var connection = await owner.OpenConnectionAsync();

        Console.WriteLine($"{Environment.ProcessorCount} cores; medians of {Rounds} rounds of {ReadsARound} reads each\n\n                     sealed µs   open µs   ratio");
        await CompareAsync<ChartSummary>("one chart", connection, vault, "patients.patient", "sealed_chart", rows: 1);
        await CompareAsync<CaseTold>("a board of 50", connection, vault, "nightdesk.case", "sealed_told", rows: 50);
        return 0;
    }

    private static async Task CompareAsync<T>(string what, NpgsqlConnection connection, Vault vault, string table, string column, int rows) where T : class
    {
        var name = $"{table}.{column}";
        var boxes = await ReadAsync(connection, $"SELECT tenant_id, id, {column} FROM {table} ORDER BY id LIMIT {rows}", row => row);
        await using (var copy = new NpgsqlCommand("DROP TABLE IF EXISTS pg_temp.in_the_open; CREATE TEMP TABLE in_the_open (tenant_id uuid, id uuid PRIMARY KEY, plain bytea)", connection))
        {
            await copy.ExecuteNonQueryAsync();
        }
        foreach (var (tenant, id, box) in boxes)
        {
            await using var insert = new NpgsqlCommand("INSERT INTO in_the_open VALUES ($1, $2, $3)", connection)
            {
                Parameters = { new() { Value = tenant }, new() { Value = id }, new() { Value = vault.Open(name, tenant, id, box) } },
            };
            await insert.ExecuteNonQueryAsync();
        }
        Func<Task>[] readers =
        [
            () => ReadAsync(connection, $"SELECT tenant_id, id, {column} FROM {table} ORDER BY id LIMIT {rows}", row => vault.Open(Sealed<T>.Stored(row.Box, name), row.Tenant, row.Id)),
            () => ReadAsync(connection, $"SELECT tenant_id, id, plain FROM in_the_open ORDER BY id LIMIT {rows}", row => JsonSerializer.Deserialize<T>(row.Box, JsonSerializerOptions.Web)!),
        ];
        var times = new[] { new List<double>(), new List<double>() };
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < readers.Length; i++)
            {
                // Every other round backwards; the first only warms up.
                var reader = round % 2 == 0 ? i : readers.Length - 1 - i;
                var begun = Stopwatch.GetTimestamp();
                for (var read = 0; read < ReadsARound; read++)
                {
                    await readers[reader]();
                }
                if (round > 0)
                {
                    times[reader].Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds / ReadsARound);
                }
            }
        }
        var (closed, open) = (Median(times[0]), Median(times[1]));
        Console.WriteLine($"{what,-18}{closed,12:0.0}{open,10:0.0}{closed / open,8:0.00}");
    }

    private static async Task<List<TRead>> ReadAsync<TRead>(NpgsqlConnection connection, string sql, Func<(Guid Tenant, Guid Id, byte[] Box), TRead> read)
    {
        var rows = new List<TRead>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(read((reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<byte[]>(2))));
        }
        return rows;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
