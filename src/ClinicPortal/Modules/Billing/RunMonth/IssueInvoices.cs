using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.StoreInvoice;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.RunMonth;

/// <param name="Number">Of the batch.</param>
internal sealed record IssueBatch(Guid Run, int Number);

/// <summary>Issues some of a run's drafts and asks for the next. Numbers, documents' work and news are of one transaction with the invoices.</summary>
internal sealed class IssueInvoices(
    BillingContext db, PortalSession session, InvoiceNumbers numbers, Outbox outbox, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    private const string Issue = """
        UPDATE billing.invoice i
        SET status = 'Issued', number_year = $3, number_in_year = $4 + n.place::int, number = billing.invoice_number_text($5, $3, $4 + n.place::int),
          issuer = $6::jsonb, issued_on = $7, due_on = $8, issued_at = $9, issued_by = $10
        FROM unnest($2::uuid[]) WITH ORDINALITY AS n (id, place)
        WHERE i.tenant_id = $1 AND i.id = n.id AND i.status = 'InReview'
        """;

    /// <summary>What was left out was never issued, and its lines are open again.</summary>
    private const string DropLeftOut = """
        WITH gone AS MATERIALIZED (
          SELECT id FROM billing.invoice WHERE tenant_id = $1 AND run_id = $2 AND status IN ('Draft', 'InReview')
        ), items AS (
          DELETE FROM billing.invoice_item t USING gone g WHERE t.tenant_id = $1 AND t.invoice_id = g.id RETURNING t.line_id
        )
        INSERT INTO billing.open_line (tenant_id, clinic_id, night, line_id)
        SELECT $1, l.clinic_id, l.night, l.id FROM items i JOIN billing.invoice_line l ON l.tenant_id = $1 AND l.id = i.line_id
        """;

    private const string DropInvoices = """
        DELETE FROM billing.invoice_event e USING billing.invoice i
          WHERE i.tenant_id = $1 AND i.run_id = $2 AND i.status IN ('Draft', 'InReview') AND e.tenant_id = $1 AND e.invoice_id = i.id;
        DELETE FROM billing.invoice WHERE tenant_id = $1 AND run_id = $2 AND status IN ('Draft', 'InReview')
        """;

    public static string Kind => "billing.issue-invoices";

    public static bool IsSlow => true;

    public static WorkItem Next(InvoiceRun run, int number, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(run.TenantId), new IssueBatch(run.Id, number), $"{Kind}:{run.Id}:{number}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var batch = item.Read<IssueBatch>();
        var run = await db.LockRunAsync(batch.Run, cancellationToken);
        if (run is not { Status: InvoiceRunStatus.Issuing })
        {
            return;
        }
        var now = clock.GetUtcNow();
        var ids = await db.Invoices
            .Where(i => i.TenantId == run.TenantId && i.RunId == run.Id && i.Status == InvoiceStatus.InReview && !i.LeftOut)
            .OrderBy(i => i.ClinicName).ThenBy(i => i.Id).Select(i => i.Id).Take(InvoicesIssued.Most).ToArrayAsync(cancellationToken);
        if (ids.Length == 0)
        {
            await DropDraftsAsync(session, run, cancellationToken);
            run.Finish(now);
        }
        else
        {
            await IssueAsync(run, ids, now, cancellationToken);
            foreach (var (index, id) in ids.Index())
            {
                session.Enqueue(StoreDocuments.For(run.TenantId, id, now, now + ((run.Issued + index) * StoreDocuments.Pace)));
            }
            run.AddIssued(ids.Length);
            outbox.Publish(new InvoicesIssued(Guid.CreateVersion7(now), new TenantId(run.TenantId), ids));
            session.Enqueue(Next(run, batch.Number + 1, now));
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(LiveTopics.Invoices(run.TenantId));
    }

    /// <summary>Deletes a run's drafts and opens their lines; what was issued stays.</summary>
    internal static async Task DropDraftsAsync(PortalSession session, InvoiceRun run, CancellationToken cancellationToken)
    {
        var connection = await session.ConnectionAsync(cancellationToken);
        foreach (var sql in (string[])[DropLeftOut, .. DropInvoices.Split(';')])
        {
            await using var command = new NpgsqlCommand(sql, connection)
            {
                CommandTimeout = 0,
                Parameters = { new NpgsqlParameter<Guid> { TypedValue = run.TenantId }, new NpgsqlParameter<Guid> { TypedValue = run.Id } },
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task IssueAsync(InvoiceRun run, Guid[] ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(run.TenantId)!;
        var rules = tenant.Settings.InvoicingRules();
        var (issuer, on) = (tenant.Settings.InvoiceIssuer, run.IssueOn!.Value);
        var (year, last) = await numbers.TakeAsync(tenant, on, ids.Length, cancellationToken);
        await using var command = new NpgsqlCommand(Issue, await session.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = run.TenantId },
                new NpgsqlParameter<Guid[]> { TypedValue = ids },
                new NpgsqlParameter<int> { TypedValue = year },
                new NpgsqlParameter<int> { TypedValue = last - ids.Length },
                new NpgsqlParameter<string> { TypedValue = tenant.Settings.CasePrefix },
                new NpgsqlParameter<string> { TypedValue = JsonColumn.Write(issuer) },
                new NpgsqlParameter<DateOnly> { TypedValue = on },
                new NpgsqlParameter<DateOnly> { TypedValue = rules.DueOf(run.ClosingOn) },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                new NpgsqlParameter<string> { TypedValue = run.IssuedBy! },
            },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken) != ids.Length)
        {
            throw new InvalidOperationException("A draft was not there to be issued: its number would be a gap.");
        }
    }
}
