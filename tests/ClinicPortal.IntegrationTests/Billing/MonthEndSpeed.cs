using System.Diagnostics;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Documents;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>
/// How long a month-end of 10,000 clinics of 100 lines takes, drafted and issued without PDFs, beside the floor of the same rows written by raw COPY into
/// tables with the same indexes; and how many PDFs a second are printed. Explicit: it measures, and takes minutes.
/// </summary>
public sealed class MonthEndSpeed(PortalPostgres postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clinics = 10_000;
    private const int Lines = 100;
    private const int Step = 500;
    private const int Printed = 20;

    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await portal.InitializeAsync();
        portal.Clock.Now = TestInvoices.December;
        await new TestInvoices(portal.Database, portal.Node).WithoutCoverAsync();
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact(Explicit = true)]
    public async Task MonthEnd()
    {
        var invoices = new TestInvoices(portal.Database, portal.Node);
        var written = Stopwatch.StartNew();
        for (var first = 1; first <= Clinics; first += Step)
        {
            await invoices.WriteLinesAsync(Step, Lines, first: first);
        }
        output.WriteLine($"{Clinics * Lines:N0} lines written in {written.Elapsed.TotalSeconds:0.0} s (not counted)");
        await portal.Database.ExecuteAsync("ANALYZE billing.invoice_line");
        await portal.Database.ExecuteAsync("ANALYZE billing.open_line");

        var drafting = Stopwatch.StartNew();
        var run = await invoices.StartAsync();
        await invoices.UntilAsync(run, InvoiceRunStatus.InReview);
        drafting.Stop();
        var issuing = Stopwatch.StartNew();
        await invoices.IssueAsync(run);
        // Its documents are another matter.
        await portal.Database.ExecuteAsync("UPDATE app.work_item SET due_at = 'infinity' WHERE kind = 'billing.store-documents'");
        while (await invoices.StatusAsync(run) != nameof(InvoiceRunStatus.Issued))
        {
            await portal.Node.Services.GetRequiredService<Shared.Work.WorkRunner>().RunNextAsync(Cancellation);
            await portal.Database.ExecuteAsync("UPDATE app.work_item SET due_at = 'infinity' WHERE kind = 'billing.store-documents' AND due_at < 'infinity'");
        }
        issuing.Stop();
        await invoices.AssertWholeAsync(Clinics, (long)Clinics * Lines);
        var floor = await CopyAsync("billing.invoice") + await CopyAsync("billing.invoice_item");
        var total = drafting.Elapsed + issuing.Elapsed;
        output.WriteLine($"drafted in {drafting.Elapsed.TotalSeconds:0.0} s, issued in {issuing.Elapsed.TotalSeconds:0.0} s, together {total.TotalSeconds:0.0} s; floor by COPY {floor.TotalSeconds:0.0} s, {total / floor:0.0} times it");
        Assert.True(total < TimeSpan.FromMinutes(1));
    }

    [Fact(Explicit = true)]
    public async Task Pdf()
    {
        var invoices = new TestInvoices(portal.Database, portal.Node);
        await invoices.WriteLinesAsync(Printed + 1, 30);
        var run = await invoices.RunAsync();
        var runner = portal.Node.Services.GetRequiredService<Shared.Work.WorkRunner>();
        await UntilAsync(1);
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        var printing = Stopwatch.StartNew();
        await UntilAsync(Printed + 1);
        output.WriteLine($"{Printed / printing.Elapsed.TotalSeconds:0.0} PDFs a second, each of 30 lines, stored with their XML; run {run}; Chromium {portal.Node.Services.GetRequiredService<PdfPrinter>().ProcessId}");

        async Task UntilAsync(int count)
        {
            while (await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.invoice_document WHERE format = 'Pdf'") < count)
            {
                await runner.RunNextAsync(Cancellation);
            }
        }
    }

    private async Task<TimeSpan> CopyAsync(string table)
    {
        var copy = table.Replace('.', '_');
        await portal.Database.ExecuteAsync($"CREATE TABLE public.{copy} (LIKE {table} INCLUDING INDEXES INCLUDING CONSTRAINTS)");
        await using var connection = await portal.Database.Owner.OpenConnectionAsync(Cancellation);
        var rows = new MemoryStream();
        await using (var read = await connection.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT BINARY)", Cancellation))
        {
            await read.CopyToAsync(rows, Cancellation);
        }
        rows.Position = 0;
        var begun = Stopwatch.GetTimestamp();
        await using (var write = await connection.BeginRawBinaryCopyAsync($"COPY public.{copy} FROM STDIN (FORMAT BINARY)", Cancellation))
        {
            await rows.CopyToAsync(write, Cancellation);
        }
        return Stopwatch.GetElapsedTime(begun);
    }
}
