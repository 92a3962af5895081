using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>A line as it stands in the books.</summary>
public sealed record WrittenLine(
    Guid Id, Guid ClinicId, string ClinicName, DateOnly Night, LineSource SourceKind, Guid SourceId, InvoiceLineKind Kind, string Plan, int Yen, TaxCategory Tax,
    string? CaseNumber, Guid? AdjustsLineId)
{
    public (LineSource, Guid, InvoiceLineKind) Key => (SourceKind, SourceId, Kind);
}

/// <summary>Lines of a month, read and written by the thousand.</summary>
public sealed class LineWriter(BillingContext db, PortalSession session, TimeProvider clock)
{
    private const int Batch = 10_000;

    private const string Insert = """
        INSERT INTO billing.invoice_line (tenant_id, id, clinic_id, clinic_name, month, night, case_id, case_number, visit_id, source_kind, source_id, kind, fee_class,
          plan, quantity, unit_yen, amount_yen, tax_category, occurred_at, adjusts_line_id, reason, covers_from, covers_until)
        SELECT $1, id, clinic, name, date_trunc('month', night)::date, night, case_id, number, CASE source_kind WHEN 'Visit' THEN source END, source_kind, source, kind, fee_class,
          plan, 1, yen, yen, tax, at, adjusts, reason, covers_from, covers_until
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::uuid[], $7::text[], $8::text[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::int[],
          $14::text[], $15::timestamptz[], $16::uuid[], $17::text[], $18::date[], $19::date[])
          AS line (id, clinic, name, night, case_id, number, source_kind, source, kind, fee_class, plan, yen, tax, at, adjusts, reason, covers_from, covers_until)
        ON CONFLICT (tenant_id, source_kind, source_id, kind) DO NOTHING
        """;

    /// <summary>Until the end of the transaction nobody else meters anything of the association.</summary>
    public Task LockAsync(Guid tenantId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"metering:" + tenantId}, 0))", cancellationToken);

    /// <summary>Until the end of the transaction nobody else meters the association as a whole; parts of it may be metered beside each other.</summary>
    public Task LockPartAsync(Guid tenantId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(hashtextextended({"metering:" + tenantId}, 0))", cancellationToken);

    public async Task<IReadOnlyList<WrittenLine>> OfMonthAsync(DateOnly month, ClinicRange range, CancellationToken cancellationToken)
    {
        var (first, last) = (range.From, range.Until);
        return await db.InvoiceLines.AsNoTracking().Where(l => l.Month == month && l.ClinicId >= first && l.ClinicId <= last)
            .Select(l => new WrittenLine(
                l.Id, l.ClinicId, l.ClinicName, l.Night, l.SourceKind, l.SourceId, l.Kind, l.Plan, l.AmountYen, l.TaxCategory, l.CaseNumber, l.AdjustsLineId))
            .ToListAsync(cancellationToken);
    }

    public async Task<int> WriteAsync(Guid tenantId, IReadOnlyList<MeteredLine> lines, CancellationToken cancellationToken)
    {
        var connection = await session.ConnectionAsync(cancellationToken);
        var (now, written) = (clock.GetUtcNow(), 0);
        foreach (var (number, batch) in lines.Chunk(Batch).Index())
        {
            await using var command = new NpgsqlCommand(Insert, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = tenantId },
                    new NpgsqlParameter<Guid[]> { TypedValue = OrderedIds.Many(now, number * Batch, batch.Length) },
                    new NpgsqlParameter<Guid[]> { TypedValue = Of(batch, l => l.ClinicId) },
                    new NpgsqlParameter<string[]> { TypedValue = Of(batch, l => l.ClinicName) },
                    new NpgsqlParameter<DateOnly[]> { TypedValue = Of(batch, l => l.Night) },
                    new NpgsqlParameter<Guid?[]> { TypedValue = Of(batch, l => l.CaseId) },
                    Texts(Of(batch, l => l.CaseNumber)),
                    new NpgsqlParameter<string[]> { TypedValue = Of(batch, l => l.SourceKind.ToString()) },
                    new NpgsqlParameter<Guid[]> { TypedValue = Of(batch, l => l.SourceId) },
                    new NpgsqlParameter<string[]> { TypedValue = Of(batch, l => l.Kind.ToString()) },
                    Texts(Of(batch, l => l.FeeClass?.ToString())),
                    new NpgsqlParameter<string[]> { TypedValue = Of(batch, l => l.Plan) },
                    new NpgsqlParameter<int[]> { TypedValue = Of(batch, l => l.Yen) },
                    new NpgsqlParameter<string[]> { TypedValue = Of(batch, l => l.Tax.ToString()) },
                    new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Of(batch, l => l.OccurredAt.ToUniversalTime()) },
                    new NpgsqlParameter<Guid?[]> { TypedValue = Of(batch, l => l.AdjustsLineId) },
                    Texts(Of(batch, l => l.Reason)),
                    new NpgsqlParameter<DateOnly?[]> { TypedValue = Of(batch, l => l.CoversFrom) },
                    new NpgsqlParameter<DateOnly?[]> { TypedValue = Of(batch, l => l.CoversUntil) },
                },
            };
            written += await command.ExecuteNonQueryAsync(cancellationToken);
        }
        return written;
    }

    private static NpgsqlParameter Texts(string?[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static T[] Of<T>(MeteredLine[] lines, Func<MeteredLine, T> part) => Array.ConvertAll(lines, line => part(line));
}
