using System.IO.Compression;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.KeepArchive;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>電子帳簿保存法: what is kept is whole, and handed over as it is.</summary>
public sealed class KeptArchiveTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string Alter = """
        ALTER TABLE billing.invoice_document DROP CONSTRAINT invoice_document_check;
        UPDATE billing.invoice_document SET content = content || '\x20'::bytea
        """;

    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestInvoices Invoices => new(portal.Database, portal.Node);

    public async ValueTask InitializeAsync()
    {
        await portal.InitializeAsync();
        portal.Clock.Now = TestInvoices.December;
        await Invoices.WithoutCoverAsync();
        await Invoices.WriteLinesAsync(2, 2);
        // What is kept here was never printed.
        await portal.Database.ExecuteAsync("""
            CREATE FUNCTION app.hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.due_at := 'infinity'; RETURN NEW; END $$;
            CREATE TRIGGER hold_back BEFORE INSERT ON app.work_item FOR EACH ROW WHEN (NEW.kind = 'billing.store-documents') EXECUTE FUNCTION app.hold_back();
            """);
        await Invoices.RunAsync();
        await portal.Database.ExecuteAsync("""
            INSERT INTO billing.invoice_document (tenant_id, id, invoice_id, format, content, sha256, created_at)
            SELECT tenant_id, gen_random_uuid(), id, f, convert_to(f || ' of ' || number, 'UTF8'), sha256(convert_to(f || ' of ' || number, 'UTF8')), now()
            FROM billing.invoice, (VALUES ('Pdf'), ('Xml')) AS format (f) WHERE number IS NOT NULL
            """);
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task HandOver_HasEveryDocumentAsTheFileThatItIs()
    {
        var output = new MemoryStream();
        await HandOverAsync(output);

        using var zip = new ZipArchive(new MemoryStream(output.ToArray()));
        Assert.Equal(
            ["SG-2026-00001.pdf", "SG-2026-00001.xml", "SG-2026-00002.pdf", "SG-2026-00002.xml"],
            zip.Entries.Where(e => e.FullName.StartsWith("documents/billing/", StringComparison.Ordinal)).Select(e => e.Name).Order(StringComparer.Ordinal));
        using var file = new StreamReader(zip.GetEntry("documents/billing/SG-2026-00002.xml")!.Open());
        Assert.Equal(
            await portal.Database.ReadAsync<byte[]>("SELECT content FROM billing.invoice_document d JOIN billing.invoice i ON i.id = d.invoice_id WHERE number = 'SG-2026-00002' AND format = 'Xml'"),
            Encoding.UTF8.GetBytes(await file.ReadToEndAsync(Cancellation)));
        using var list = new StreamReader(zip.GetEntry("data/billing/invoice_document.csv")!.Open());
        Assert.Equal(5, (await list.ReadToEndAsync(Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task HandOver_GivesOutNoDocumentThatSomebodyAltered()
    {
        await portal.Database.ExecuteAsync(Alter);

        await Assert.ThrowsAsync<TamperedException>(() => HandOverAsync(new MemoryStream()));
    }

    [Fact]
    public async Task Archive_IsVerifiedEveryWeek_AndWhatSomebodyAlteredFailsTheWorkOfOperations()
    {
        await VerifyAsync();
        Assert.Equal(0L, await FailedAsync());

        await portal.Database.ExecuteAsync(Alter);
        portal.Clock.Advance(TimeSpan.FromDays(7));
        await VerifyAsync();
        Assert.Equal(1L, await FailedAsync());
    }

    [Fact]
    public async Task Archive_FromWhichAnInvoiceWasTaken_FailsAsWell()
    {
        await portal.Database.ExecuteAsync("DELETE FROM billing.invoice_document WHERE invoice_id IN (SELECT id FROM billing.invoice WHERE number_in_year = 1)");
        await portal.Database.ExecuteAsync("DELETE FROM billing.invoice_item WHERE invoice_id IN (SELECT id FROM billing.invoice WHERE number_in_year = 1)");
        await portal.Database.ExecuteAsync("DELETE FROM billing.invoice WHERE number_in_year = 1");
        await VerifyAsync();

        Assert.Equal(1L, await FailedAsync());
    }

    private async Task HandOverAsync(Stream output)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(Shared.Access.CurrentUser.Portal, [new TenantId(Invoices.Tenant)], Cancellation);
        await using var archive = await TenantArchive.CreateAsync(output, portal.Clock.Now, Cancellation);
        await scope.ServiceProvider.GetServices<ITenantPart>().Single(p => p.Name == "billing").WriteAsync(
            archive, portal.Node.Services.GetRequiredService<ITenantResolver>().ById(Invoices.Tenant)!, Cancellation);
    }

    /// <summary>As the watch asks for it, and done.</summary>
    private async Task VerifyAsync()
    {
        var item = VerifyArchive.Of(portal.Node.Services.GetRequiredService<ITenantResolver>().ById(Invoices.Tenant)!, portal.Clock.Now);
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.work_item (id, tenant_id, kind, payload, dedupe_key, due_at, created_at) VALUES ($1, $2, $3, '0', $4, $5, $5) ON CONFLICT (dedupe_key) DO UPDATE SET done_at = NULL
            """, item.Id, item.Tenant!.Value.Value, item.Kind, item.DedupeKey, portal.Clock.Now);
        var runner = portal.Node.Services.GetRequiredService<WorkRunner>();
        while (await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT FROM app.work_item WHERE dedupe_key = $1 AND done_at IS NULL AND attempts = 0)", item.DedupeKey))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }

    private Task<long> FailedAsync() => portal.Database.ReadAsync<long>(
        "SELECT count(*) FROM app.work_item WHERE kind = 'billing.verify-archive' AND done_at IS NULL AND last_error = 'TamperedException' AND tenant_id = $1", Invoices.Tenant);
}
