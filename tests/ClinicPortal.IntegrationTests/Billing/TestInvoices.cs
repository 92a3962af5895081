using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.RunMonth;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>Lines as metering would write them, of a month that it does not look at again, and a month's run to the end of its work.</summary>
public sealed class TestInvoices(PortalTestDatabase database, PortalNode node, string association = "setagaya")
{
    /// <summary>After the closing of November.</summary>
    public static readonly DateTimeOffset December = new(2026, 12, 2, 9, 0, 0, TimeSpan.FromHours(9));

    public Guid Tenant { get; } = StableId.Of("tenant", association);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>As many clinics, each with as many visits of ¥18,000 or, every third, of ¥25,000; the first clinic is the demonstration's.</summary>
    /// <summary>Nobody is under cover: only the test's own lines are there.</summary>
    public Task WithoutCoverAsync() => database.ExecuteAsync("TRUNCATE coverage.cover_subscription CASCADE");

    public Task WriteLinesAsync(int clinics, int lines, string month = "2026-11-01", string tax = "Taxable10", int first = 1) => database.ExecuteAsync("""
        INSERT INTO billing.invoice_line (tenant_id, id, clinic_id, clinic_name, month, night, case_id, case_number, visit_id, source_kind, source_id, kind, fee_class, plan, quantity, unit_yen, amount_yen, tax_category, occurred_at)
        SELECT $1, gen_random_uuid(), CASE WHEN c = 1 THEN $2 ELSE md5($1::text || c)::uuid END, 'クリニック ' || lpad(c::text, 5, '0'), '2000-01-01', $3::date + (l - 1) % 28,
          gen_random_uuid(), 'SG-261101-' || lpad(l::text, 3, '0'), gen_random_uuid(), 'Visit', gen_random_uuid(), 'Visit', CASE WHEN l % 3 = 0 THEN 'DeepNight' ELSE 'Night' END, 'standard', 1,
          CASE WHEN l % 3 = 0 THEN 25000 ELSE 18000 END, CASE WHEN l % 3 = 0 THEN 25000 ELSE 18000 END, $6, now()
        FROM generate_series($7, $7 + $4 - 1) c, generate_series(1, $5) l
        """, Tenant, StableId.Of(association, "clinic1"), month, clinics, lines, tax, first);

    /// <summary>Someone of the secretariat does one thing, committed as a request would be.</summary>
    public async Task<Result<T>> ActAsync<T>(Func<IServiceProvider, Task<Result<T>>> act, PortalNode? on = null)
    {
        await using var scope = (on ?? node).Services.CreateAsyncScope();
        var user = new CurrentUser(Guid.NewGuid(), "事務局 花子", Roles.Secretariat, OrganisationKind.Association, Tenant, null, Tenant) { IsAdministrator = true };
        var session = await scope.ServiceProvider.ActAsync(user, [new TenantId(Tenant)], Cancellation);
        var result = await act(scope.ServiceProvider);
        if (result.Succeeded)
        {
            await session.CommitAsync(Cancellation);
        }
        return result;
    }

    public async Task<Guid> StartAsync(string month = "2026-11") =>
        (await ActAsync(services => services.GetRequiredService<RunMonth>().StartAsync(month, Cancellation))).Value;

    public Task<Result<Guid>> IssueAsync(Guid run) => ActAsync(services => services.GetRequiredService<RunMonth>().IssueAsync(run, null, Cancellation));

    /// <summary>Runs what is due until the run is there.</summary>
    public async Task UntilAsync(Guid run, InvoiceRunStatus status)
    {
        while (await StatusAsync(run) != status.ToString())
        {
            await node.Services.GetRequiredService<WorkRunner>().RunNextAsync(Cancellation);
        }
    }

    public Task<string> StatusAsync(Guid run) => database.ReadAsync<string>("SELECT status FROM billing.invoice_run WHERE id = $1", run);

    /// <summary>Drafted, reviewed without a word, issued.</summary>
    public async Task<Guid> RunAsync(string month = "2026-11")
    {
        var run = await StartAsync(month);
        await UntilAsync(run, InvoiceRunStatus.InReview);
        Assert.True((await IssueAsync(run)).Succeeded);
        await UntilAsync(run, InvoiceRunStatus.Issued);
        return run;
    }

    public Task<Guid> InvoiceOfAsync(Guid run, Guid clinic) =>
        database.ReadAsync<Guid>("SELECT id FROM billing.invoice WHERE run_id = $1 AND clinic_id = $2", run, clinic);

    /// <summary>Numbers without a gap, no line twice and none lost, and every invoice what its lines come to.</summary>
    public async Task AssertWholeAsync(long clinics, long lines)
    {
        Assert.Equal(clinics, await database.ReadAsync<long>("SELECT count(*) FROM billing.invoice WHERE tenant_id = $1 AND status = 'Issued'", Tenant));
        Assert.Equal(clinics, await database.ReadAsync<long>("SELECT count(DISTINCT number_in_year) FROM billing.invoice WHERE tenant_id = $1 AND number_year = 2026", Tenant));
        Assert.Equal(clinics, (long)await database.ReadAsync<int>("SELECT max(number_in_year) FROM billing.invoice WHERE tenant_id = $1 AND number_year = 2026", Tenant));
        Assert.Equal(clinics, (long)await database.ReadAsync<int>("SELECT last FROM billing.invoice_number WHERE tenant_id = $1 AND year = 2026", Tenant));
        Assert.Equal(lines, await database.ReadAsync<long>("SELECT count(DISTINCT line_id) FROM billing.invoice_item WHERE tenant_id = $1 AND standing", Tenant));
        Assert.Equal(0L, await database.ReadAsync<long>("SELECT count(*) FROM billing.open_line WHERE tenant_id = $1", Tenant));
        Assert.Equal(0L, await database.ReadAsync<long>("""
            SELECT count(*) FROM billing.invoice i, LATERAL (
              SELECT coalesce(sum(l.amount_yen), 0) AS yen, count(*) AS lines
              FROM billing.invoice_item t JOIN billing.invoice_line l ON l.tenant_id = t.tenant_id AND l.id = t.line_id
              WHERE t.tenant_id = i.tenant_id AND t.invoice_id = i.id) said
            WHERE i.tenant_id = $1 AND (i.net10_yen <> said.yen OR i.line_count <> said.lines)
            """, Tenant));
    }
}
