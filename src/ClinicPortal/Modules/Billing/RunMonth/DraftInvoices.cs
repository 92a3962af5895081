using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.RunMonth;

/// <param name="Attempt">Another one when drafts are made anew.</param>
/// <param name="After">Up to this clinic there are drafts already.</param>
internal sealed record DraftBatch(Guid Run, Guid Attempt, Guid? After);

/// <summary>
/// Drafts the invoices of some clinics, and asks for the next: the drafts, and that they are made, are one transaction, so whatever is killed
/// nothing is missing or twice. Lines are moved by the database; none comes here.
/// </summary>
internal sealed class DraftInvoices(
    BillingContext db, PortalSession session, MonthMetering metering, IMemberClinics clinics, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    /// <summary>Clinics at a time: short enough that other work does not wait, and that the screen moves on.</summary>
    internal const int Batch = 500;

    private const string NextClinics = """
        SELECT DISTINCT clinic_id FROM billing.open_line
        WHERE tenant_id = $1 AND clinic_id > $2 AND night <= $3 ORDER BY clinic_id LIMIT $4
        """;

    private const string Draft = """
        WITH clinic AS MATERIALIZED (
          SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS c (clinic_id, invoice_id, name, address)
        ), taken AS MATERIALIZED (
          DELETE FROM billing.open_line o USING clinic c
          WHERE o.tenant_id = $1 AND o.clinic_id = c.clinic_id AND o.night <= $6 RETURNING o.line_id, c.invoice_id
        ), line AS MATERIALIZED (
          SELECT t.invoice_id, l.id, l.clinic_name, l.night, l.amount_yen, l.tax_category,
            row_number() OVER (PARTITION BY t.invoice_id ORDER BY l.night, l.occurred_at, l.id) AS position
          FROM taken t JOIN billing.invoice_line l ON l.tenant_id = $1 AND l.id = t.line_id
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

    public static string Kind => "billing.draft-invoices";

    public static bool IsSlow => true;

    public static WorkItem Next(InvoiceRun run, Guid attempt, Guid? after, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(run.TenantId), new DraftBatch(run.Id, attempt, after), $"{Kind}:{run.Id}:{attempt}:{after}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var batch = item.Read<DraftBatch>();
        var run = await db.LockRunAsync(batch.Run, cancellationToken);
        if (run is not { Status: InvoiceRunStatus.Drafting })
        {
            return;
        }
        var tenant = tenants.ById(run.TenantId)!;
        var (now, rules) = (clock.GetUtcNow(), tenant.Settings.InvoicingRules());
        if (batch.After is null)
        {
            await MeterAsync(run, rules, cancellationToken);
        }
        var connection = await session.ConnectionAsync(cancellationToken);
        var next = await NextAsync(connection, run, batch.After ?? Guid.Empty, cancellationToken);
        if (next.Count == 0)
        {
            await db.Invoices.Where(i => i.TenantId == run.TenantId && i.RunId == run.Id && i.Status == InvoiceStatus.Draft)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, InvoiceStatus.InReview), cancellationToken);
            run.EndDrafting();
        }
        else
        {
            run.AddDrafts(next.Count);
            await DraftAsync(connection, run, rules, next, now, cancellationToken);
            session.Enqueue(Next(run, batch.Attempt, next[^1], now));
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(LiveTopics.Invoices(run.TenantId));
    }

    /// <summary>What the months of the period call for and nobody has written yet; what came late for the month before is made up.</summary>
    private async Task MeterAsync(InvoiceRun run, InvoicingSettings rules, CancellationToken cancellationToken)
    {
        var last = await db.InvoiceRuns.AnyAsync(r => r.TenantId == run.TenantId && r.Month < run.Month, cancellationToken);
        if (last || rules.PeriodOf(run.Month).From < run.Month)
        {
            await metering.MeterAsync(run.TenantId, run.Month.AddMonths(-1), cancellationToken);
        }
        await metering.MeterAsync(run.TenantId, run.Month, cancellationToken);
    }

    private static async Task<IReadOnlyList<Guid>> NextAsync(NpgsqlConnection connection, InvoiceRun run, Guid after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(NextClinics, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = run.TenantId }, new NpgsqlParameter<Guid> { TypedValue = after },
                new NpgsqlParameter<DateOnly> { TypedValue = run.ClosingOn }, new NpgsqlParameter<int> { TypedValue = Batch },
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

    private async Task DraftAsync(
        NpgsqlConnection connection, InvoiceRun run, InvoicingSettings rules, IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = (await clinics.OfAsync([.. ids.Select(id => new ClinicId(id))], cancellationToken)).ToDictionary(c => c.Id.Value);
        await using var command = new NpgsqlCommand(Draft, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = run.TenantId },
                new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] },
                new NpgsqlParameter<Guid[]> { TypedValue = [.. ids.Select(_ => Guid.CreateVersion7(now))] },
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
