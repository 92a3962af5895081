using System.Diagnostics;
using ClinicPortal.Benchmarks.Sites;
using Npgsql;

namespace ClinicPortal.Benchmarks.Month;

/// <summary>The database of an association whose month is over, and the floor beside its closing.</summary>
internal sealed class MonthSite(Site site) : IAsyncDisposable
{
    private static readonly string[] Written = ["billing.invoice_line", "billing.invoice", "billing.invoice_item"];

    private readonly NpgsqlDataSource owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(site.Connections.Owner) { CommandTimeout = 0 });

    /// <summary>The last month that is over, by its first day.</summary>
    public static DateOnly Month { get; } = FirstOfThisMonth().AddMonths(-1);

    public async Task FillAsync(MonthOptions options, CancellationToken cancellationToken)
    {
        await ExecuteAsync(FormattableString.Invariant($"""
            SET benchmark.clinics = {options.Clinics}; SET benchmark.visits = {options.Lines - 1}; SET benchmark.month = '{Month:yyyy-MM-dd}';
            DELETE FROM coverage.cover_subscription s USING associations.member_clinic c
              WHERE s.tenant_id = c.tenant_id AND s.clinic_id = c.id AND c.institution_code::bigint > {options.Clinics};
            {Site.Sql("month")}
            """), cancellationToken);
        await ExecuteAsync("VACUUM ANALYZE", cancellationToken);
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<T> ReadAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <exception cref="InvalidOperationException">Something is missing, twice or misnumbered: a figure of that means nothing.</exception>
    public async Task CheckAsync(MonthOptions options, CancellationToken cancellationToken)
    {
        var isWhole = await ReadAsync<bool>(FormattableString.Invariant($"""
            SELECT (SELECT count(*) = {options.Clinics} AND count(DISTINCT number_in_year) = {options.Clinics} AND max(number_in_year) = {options.Clinics}
                      AND sum(line_count) = {(long)options.Clinics * options.Lines} FROM billing.invoice WHERE status = 'Issued')
               AND (SELECT count(DISTINCT line_id) = {(long)options.Clinics * options.Lines} FROM billing.invoice_item WHERE standing)
               AND NOT EXISTS (SELECT FROM billing.open_line)
            """), cancellationToken);
        if (!isWhole)
        {
            throw new InvalidOperationException("The month is not whole: invoices, numbers or lines are missing or there twice.");
        }
    }

    /// <summary>The rows that the closing has left, again, into tables with the same indexes: nothing is computed, checked against another table or looked at.</summary>
    public async Task<TimeSpan> CopyAsync(CancellationToken cancellationToken)
    {
        var took = TimeSpan.Zero;
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        foreach (var table in Written)
        {
            var copy = $"public.{table.Replace('.', '_')}";
            await ExecuteAsync($"CREATE TABLE {copy} (LIKE {table} INCLUDING INDEXES INCLUDING CONSTRAINTS)", cancellationToken);
            var rows = new FileInfo(Path.GetTempFileName());
            try
            {
                await using (var file = rows.OpenWrite())
                await using (var read = await connection.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT BINARY)", cancellationToken))
                {
                    await read.CopyToAsync(file, cancellationToken);
                }
                await using var again = rows.OpenRead();
                var begun = Stopwatch.GetTimestamp();
                await using (var write = await connection.BeginRawBinaryCopyAsync($"COPY {copy} FROM STDIN (FORMAT BINARY)", cancellationToken))
                {
                    await again.CopyToAsync(write, cancellationToken);
                }
                took += Stopwatch.GetElapsedTime(begun);
            }
            finally
            {
                rows.Delete();
            }
        }
        return took;
    }

    public ValueTask DisposeAsync() => owner.DisposeAsync();

    private static DateOnly FirstOfThisMonth()
    {
        var tokyo = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(9));
        return new DateOnly(tokyo.Year, tokyo.Month, 1);
    }
}
