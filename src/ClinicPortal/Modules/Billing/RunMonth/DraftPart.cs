using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.RunMonth;

/// <param name="Months">To be metered.</param>
internal sealed record PartToDraft(Guid Run, Guid Attempt, IReadOnlyList<DateOnly> Months, ClinicRange Clinics);

/// <summary>
/// Writes the lines of some clinics and drafts their invoices: lines, drafts, and that they are made, are one transaction, so whatever is killed nothing is
/// missing or twice. Parts have no clinic in common and are done beside each other; the last one ends the drafting.
/// </summary>
internal sealed class DraftPart(
    BillingContext db, PortalSession session, MonthMetering metering, IMemberClinics clinics, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    private const string Clinics = """
        SELECT DISTINCT clinic_id FROM billing.open_line WHERE tenant_id = $1 AND clinic_id >= $2 AND clinic_id <= $3 AND night <= $4 ORDER BY clinic_id
        """;

    /// <summary>A part's lines are sorted and kept aside: in memory, not in files.</summary>
    private const string InMemory = "SET LOCAL work_mem = '64MB'";

    private const string Draft = """
        WITH clinic AS MATERIALIZED (
          SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS c (clinic_id, invoice_id, name, address)
        ), taken AS MATERIALIZED (
          DELETE FROM billing.open_line o USING clinic c
          WHERE o.tenant_id = $1 AND o.clinic_id = c.clinic_id AND o.night <= $6 RETURNING o.line_id, c.invoice_id
        ), line AS MATERIALIZED (
          SELECT t.invoice_id, l.id, l.clinic_name, l.night, l.amount_yen, l.tax_category,
            row_number() OVER (PARTITION BY t.invoice_id ORDER BY l.night, l.occurred_at, l.id) AS position
          -- One by one, by its key: of how many lines a part takes the planner knows nothing, and would rather read those of all years.
          FROM taken t CROSS JOIN LATERAL (SELECT * FROM billing.invoice_line l WHERE l.tenant_id = $1 AND l.id = t.line_id LIMIT 1) l
        ), total AS (
          SELECT invoice_id, count(*)::int AS lines, min(night) AS first_night, max(clinic_name) AS clinic_name,
            COALESCE(sum(amount_yen) FILTER (WHERE tax_category = 'Taxable10'), 0)::bigint AS net10,
            COALESCE(sum(amount_yen) FILTER (WHERE tax_category = 'Reduced8'), 0)::bigint AS net8,
            COALESCE(sum(amount_yen) FILTER (WHERE tax_category = 'Exempt'), 0)::bigint AS exempt,
            COALESCE(sum(amount_yen) FILTER (WHERE tax_category = 'OutsideScope'), 0)::bigint AS outside_scope
          FROM line GROUP BY invoice_id
        ), taxed AS (
          SELECT *, billing.tax_on(net10, 10, $7) AS tax10, billing.tax_on(net8, 8, $7) AS tax8 FROM total
        ), drafted AS (
          INSERT INTO billing.invoice (
            tenant_id, id, run_id, kind, status, left_out, clinic_id, clinic_name, clinic_address, month, supply_from, supply_until, line_count,
            net10_yen, tax10_yen, net8_yen, tax8_yen, exempt_yen, outside_scope_yen, total_yen, tax_rounding, note, created_at)
          -- Where more is given back than was supplied there is nothing to invoice: it waits for a month in which there is.
          SELECT $1, c.invoice_id, $8, 'Invoice', 'Draft', net10 + tax10 + net8 + tax8 + exempt + outside_scope < 0,
            c.clinic_id, COALESCE(c.name, t.clinic_name), COALESCE(c.address, ''), $9, LEAST($10, t.first_night), $6, t.lines,
            net10, tax10, net8, tax8, exempt, outside_scope, net10 + tax10 + net8 + tax8 + exempt + outside_scope, $7, $11, $12
          FROM clinic c JOIN taxed t ON t.invoice_id = c.invoice_id
        )
        INSERT INTO billing.invoice_item (tenant_id, invoice_id, position, line_id, standing)
        SELECT $1, invoice_id, position, id, true FROM line
        """;

    public static string Kind => "billing.draft-part";

    public static bool IsSlow => true;

    public static WorkItem Of(InvoiceRun run, Guid attempt, IReadOnlyList<DateOnly> months, ClinicRange part, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(run.TenantId), new PartToDraft(run.Id, attempt, months, part), $"{Kind}:{run.Id}:{attempt}:{part.From}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var part = item.Read<PartToDraft>();
        // Not locked: while it is drafted nobody but its parts touches the run, and they are done beside each other.
        var run = await db.InvoiceRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == part.Run, cancellationToken);
        if (run is not { Status: InvoiceRunStatus.Drafting })
        {
            return;
        }
        var connection = await session.ConnectionAsync(cancellationToken);
        await using (var memory = new NpgsqlCommand(InMemory, connection))
        {
            await memory.ExecuteNonQueryAsync(cancellationToken);
        }
        foreach (var month in part.Months)
        {
            await metering.MeterPartAsync(run.TenantId, month, part.Clinics, cancellationToken);
        }
        var ids = await ClinicsAsync(connection, run, part.Clinics, cancellationToken);
        if (ids.Count > 0)
        {
            await DraftAsync(connection, run, ids, cancellationToken);
        }
        await EndAsync(run, ids.Count, cancellationToken);
        session.Changed(LiveTopics.Invoices(run.TenantId));
    }

    /// <summary>Counts the part; the last one hands the run over to whoever looks it through. The run's row is held from here to the commit only.</summary>
    private async Task EndAsync(InvoiceRun run, int drafts, CancellationToken cancellationToken)
    {
        await db.InvoiceRuns.Where(r => r.TenantId == run.TenantId && r.Id == run.Id).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Drafted, r => r.Drafted + drafts).SetProperty(r => r.PartsLeft, r => r.PartsLeft - 1), cancellationToken);
        var ended = await db.InvoiceRuns.Where(r => r.TenantId == run.TenantId && r.Id == run.Id && r.PartsLeft == 0).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Status, InvoiceRunStatus.InReview), cancellationToken);
        if (ended > 0)
        {
            await db.Invoices.Where(i => i.TenantId == run.TenantId && i.RunId == run.Id && i.Status == InvoiceStatus.Draft)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, InvoiceStatus.InReview), cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<Guid>> ClinicsAsync(NpgsqlConnection connection, InvoiceRun run, ClinicRange range, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Clinics, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = run.TenantId }, new NpgsqlParameter<Guid> { TypedValue = range.From },
                new NpgsqlParameter<Guid> { TypedValue = range.Until }, new NpgsqlParameter<DateOnly> { TypedValue = run.ClosingOn },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }
        return ids;
    }

    private async Task DraftAsync(NpgsqlConnection connection, InvoiceRun run, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var (now, rules) = (clock.GetUtcNow(), tenants.ById(run.TenantId)!.Settings.InvoicingRules());
        var known = (await clinics.OfAsync([.. ids.Select(id => new ClinicId(id))], cancellationToken)).ToDictionary(c => c.Id.Value);
        await using var command = new NpgsqlCommand(Draft, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = run.TenantId },
                new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] },
                new NpgsqlParameter<Guid[]> { TypedValue = OrderedIds.Many(now, 0, ids.Count) },
                // A clinic that is no member any more still owes what it had: its name is on the lines.
                new NpgsqlParameter<string?[]> { TypedValue = [.. ids.Select(id => known.GetValueOrDefault(id)?.Name)] },
                new NpgsqlParameter<string?[]> { TypedValue = [.. ids.Select(id => known.GetValueOrDefault(id)?.Address)] },
                new NpgsqlParameter<DateOnly> { TypedValue = run.ClosingOn },
                new NpgsqlParameter<string> { TypedValue = rules.TaxRounding.ToString() },
                new NpgsqlParameter<Guid> { TypedValue = run.Id },
                new NpgsqlParameter<DateOnly> { TypedValue = run.Month },
                new NpgsqlParameter<DateOnly> { TypedValue = rules.PeriodOf(run.Month).From },
                new() { Value = (object?)rules.Note ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
