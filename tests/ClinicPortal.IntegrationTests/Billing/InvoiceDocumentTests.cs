using System.IO.Compression;
using System.Net;
using System.Text;
using System.Xml.Linq;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.CorrectInvoice;
using ClinicPortal.Modules.Billing.DebitAccounts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ExportInvoices;
using ClinicPortal.Modules.Billing.KeepArchive;
using ClinicPortal.Modules.Billing.ListInvoices;
using ClinicPortal.Modules.Billing.Peppol;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Documents;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>What becomes of an issued invoice: its files, its corrections, its archive, and who sees it.</summary>
public sealed class InvoiceDocumentTests(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestInvoices Invoices => new(portal.Database, portal.Node);

    private TestNight Night => new(portal);

    public async ValueTask InitializeAsync()
    {
        await portal.InitializeAsync();
        portal.Clock.Now = TestInvoices.December;
        await new TestInvoices(portal.Database, portal.Node).WithoutCoverAsync();
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task IssuedInvoice_IsAPdf_AndADocumentByTheRulesOfJpPint_AndIsMailed()
    {
        await portal.Database.ExecuteAsync("UPDATE associations.member_clinic SET contact_email = 'office@clinic1.example' WHERE id = $1", Night.ClinicId(1));
        var id = await IssuedAsync(lines: 40);
        await StoredAsync(id);

        var pdf = await FileAsync(Night.Secretariat, id, "pdf");
        Assert.Equal("%PDF-"u8.ToArray(), pdf[..5]);
        var xml = XElement.Parse(Encoding.UTF8.GetString(await FileAsync(Night.Clinic(), id, "xml")));
        Assert.Empty(PintRules.Check(xml));
        Assert.Contains("T6999999900011", xml.ToString(), StringComparison.Ordinal);
        await WorkAsync($"billing.mail-invoice:{id}");
        var mail = portal.Database.Mails.To("office@clinic1.example").Single();
        Assert.Contains("SG-2026-00001", mail.Subject, StringComparison.Ordinal);
        Assert.Equal(pdf, Assert.Single(mail.Files).Content);
        Assert.Equal(
            ["DocumentsStored", "Mailed"], await portal.Database.ReadAllAsync<string>("SELECT what FROM billing.invoice_event WHERE invoice_id = $1 ORDER BY at, id", id));
    }

    /// <summary>JP PINT wants the buyer's electronic address: it is made when the clinic has one.</summary>
    [Fact]
    public async Task DigitalInvoice_IsMade_OnceTheClinicTakesThem()
    {
        var id = await IssuedAsync(digital: false);
        await StoredAsync(id);
        Assert.Equal(HttpStatusCode.NotFound, (await Night.Clinic().GetAsync($"/api/v1/invoices/{id}/xml")).Status);
        Assert.Equal("invoice.no-peppol-id", (await MakeAsync()).Errors[0].Code);

        await TakeDigitalAsync();
        Assert.True((await MakeAsync()).Succeeded);
        await WorkAsync($"billing.store-documents:{id}:xml");
        var xml = XElement.Parse(Encoding.UTF8.GetString(await FileAsync(Night.Clinic(), id, "xml")));

        Assert.Empty(PintRules.Check(xml));
        Assert.Contains("7010001008844", xml.Descendants().Where(e => e.Name.LocalName == "EndpointID").Select(e => e.Value));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.invoice_document WHERE invoice_id = $1 AND format = 'Pdf'", id));

        Task<Result<Guid>> MakeAsync() => Invoices.ActAsync(services => services.GetRequiredService<ShowInvoice>().MakeDigitalAsync(id, Cancellation));
    }

    [Fact]
    public async Task PrinterThatDied_IsStartedAgain()
    {
        var printer = portal.Node.Services.GetRequiredService<PdfPrinter>();
        var sheet = new PrintableDocument("<p>請求書</p>", _ => null);
        var first = await printer.PrintAsync(sheet, Cancellation);
        var died = printer.ProcessId!.Value;
        using (var chromium = System.Diagnostics.Process.GetProcessById(died))
        {
            chromium.Kill(entireProcessTree: true);
            await chromium.WaitForExitAsync(Cancellation);
        }
        // At the latest the one after the next document is printed: the work table tries again.
        var second = await TryAsync() ?? await printer.PrintAsync(sheet, Cancellation);

        Assert.Equal("%PDF-"u8.ToArray(), first[..5]);
        Assert.Equal("%PDF-"u8.ToArray(), second[..5]);
        Assert.NotEqual(died, printer.ProcessId);

        async Task<byte[]?> TryAsync()
        {
            try
            {
                return await printer.PrintAsync(sheet, Cancellation);
            }
            catch (DevToolsException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Clinic_SeesItsOwnIssuedInvoices_AndNothingElse()
    {
        await Invoices.WriteLinesAsync(2, 2);
        var run = await Invoices.StartAsync();
        await Invoices.UntilAsync(run, InvoiceRunStatus.InReview);
        var mine = await Invoices.InvoiceOfAsync(run, Night.ClinicId(1));
        Assert.Equal(HttpStatusCode.NotFound, (await Night.Clinic().GetAsync($"/api/v1/invoices/{mine}")).Status);
        await Invoices.IssueAsync(run);
        await Invoices.UntilAsync(run, InvoiceRunStatus.Issued);

        Assert.Equal(1, (await Night.Clinic().GetAsync("/api/v1/invoices")).Expect(HttpStatusCode.OK).Body.GetProperty("count").GetInt32());
        Assert.Equal(2, (await Night.Secretariat.GetAsync("/api/v1/invoices")).Expect(HttpStatusCode.OK).Body.GetProperty("count").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await Night.Clinic(2).GetAsync($"/api/v1/invoices/{mine}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await new TestNight(portal, "koto").Secretariat.GetAsync($"/api/v1/invoices/{mine}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Night.Desk.GetAsync($"/api/v1/invoices/{mine}")).Status);
    }

    [Fact]
    public async Task Search_FindsByDateAmountAndCounterparty_AndByTwoTogether()
    {
        await Invoices.WriteLinesAsync(3, 3);
        await Invoices.WriteLinesAsync(1, 6);
        await Invoices.RunAsync();

        Assert.Equal(3, await CountAsync("from=2026-12-02&until=2026-12-02"));
        Assert.Equal(0, await CountAsync("from=2026-12-03"));
        Assert.Equal(1, await CountAsync("least=100000"));
        Assert.Equal(2, await CountAsync("most=99999"));
        Assert.Equal(1, await CountAsync("query=クリニック 00002"));
        Assert.Equal(0, await CountAsync("query=クリニック 00002&least=100000"));
        Assert.Equal(1, await CountAsync("query=経堂&least=100000&from=2026-12-01"));
        Assert.Equal(0, await CountAsync("state=void"));

        async Task<int> CountAsync(string search) => (await Night.Secretariat.GetAsync($"/api/v1/invoices?{search}")).Expect(HttpStatusCode.OK).Body.GetProperty("count").GetInt32();
    }

    [Fact]
    public async Task Void_KeepsTheNumber_AndOpensTheLines()
    {
        var id = await IssuedAsync();
        Assert.Equal("invoice.reason-missing", (await Invoices.ActAsync(s => s.GetRequiredService<VoidInvoice>().HandleAsync(id, null, Cancellation))).Errors[0].Code);
        Assert.True((await Invoices.ActAsync(s => s.GetRequiredService<VoidInvoice>().HandleAsync(id, "二重請求", Cancellation))).Succeeded);

        Assert.Equal("Void SG-2026-00001", await portal.Database.ReadAsync<string>("SELECT status || ' ' || number FROM billing.invoice WHERE id = $1", id));
        Assert.Equal(3L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.open_line"));
        Assert.Equal("invoice.not-standing", (await Invoices.ActAsync(s => s.GetRequiredService<VoidInvoice>().HandleAsync(id, "もう一度", Cancellation))).Errors[0].Code);
        portal.Clock.Now = TestInvoices.December.AddMonths(1);
        await Invoices.RunAsync("2026-12");
        Assert.Equal("SG-2026-00002", await portal.Database.ReadAsync<string>("SELECT number FROM billing.invoice WHERE month = '2026-12-01'"));
    }

    [Fact]
    public async Task Correction_TakesItsOriginalsPlace_AndNamesIt()
    {
        var id = await IssuedAsync();
        var corrected = await Invoices.ActAsync(s => s.GetRequiredService<CorrectInvoice>().HandleAsync(
            new CorrectInvoiceInput(id, InvoiceKind.CorrectedInvoice, "往診区分の誤り", [new(3, 1, 18_000, "往診(夜間)"), new(2, 0, null)]), Cancellation));

        Assert.True(corrected.Succeeded);
        Assert.Equal("36000/3600/SG-2026-00002", await portal.Database.ReadAsync<string>(
            "SELECT concat_ws('/', net10_yen, tax10_yen, number) FROM billing.invoice WHERE id = $1", corrected.Value));
        Assert.Equal(corrected.Value, await portal.Database.ReadAsync<Guid>("SELECT replaced_by_id FROM billing.invoice WHERE id = $1", id));
        Assert.Equal(2L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.invoice_item WHERE standing"));
        await StoredAsync(corrected.Value);
        var xml = Encoding.UTF8.GetString(await FileAsync(Night.Clinic(), corrected.Value, "xml"));
        Assert.Contains("<cbc:ID>SG-2026-00001</cbc:ID>", xml, StringComparison.Ordinal);
        Assert.Empty(PintRules.Check(XElement.Parse(xml)));
        Assert.Equal("invoice.has-corrections", (await Invoices.ActAsync(s => s.GetRequiredService<VoidInvoice>().HandleAsync(id, "誤り", Cancellation))).Errors[0].Code);
    }

    [Fact]
    public async Task Return_GivesBackAPart_AsNegativeLines_AndNeverMoreThanWasCharged()
    {
        var id = await IssuedAsync();
        var back = await ReturnAsync(1, 1, 10_000);

        Assert.True(back.Succeeded);
        Assert.Equal("-10000/-1000/-11000", await portal.Database.ReadAsync<string>(
            "SELECT concat_ws('/', net10_yen, tax10_yen, total_yen) FROM billing.invoice WHERE id = $1", back.Value));
        Assert.Equal("invoice.more-than-charged", (await ReturnAsync(1, 1, 8_001)).Errors[0].Code);
        Assert.True((await ReturnAsync(1, 1, 8_000)).Succeeded);
        Assert.Equal("Issued", await portal.Database.ReadAsync<string>("SELECT status FROM billing.invoice WHERE id = $1", id));
        await StoredAsync(back.Value);
        var xml = XElement.Parse(Encoding.UTF8.GetString(await FileAsync(Night.Secretariat, back.Value, "xml")));
        Assert.Empty(PintRules.Check(xml));
        Assert.Contains("-1", xml.Descendants().Where(e => e.Name.LocalName == "InvoicedQuantity").Select(e => e.Value));

        Task<Shared.Results.Result<Guid>> ReturnAsync(int position, int quantity, int unit) => Invoices.ActAsync(s => s.GetRequiredService<CorrectInvoice>().HandleAsync(
            new CorrectInvoiceInput(id, InvoiceKind.ReturnInvoice, "値引き", [new(position, quantity, unit)]), Cancellation));
    }

    [Fact]
    public async Task YearOfDocuments_IsOneBundle_ThatKnowsWhenItWasTamperedWith()
    {
        var id = await IssuedAsync();
        await StoredAsync(id);
        var bundle = new MemoryStream();
        await Invoices.ActAsync<Guid>(async services =>
        {
            var (name, content) = (await services.GetRequiredService<YearBundle>().WriteAsync(2026, Cancellation))!.Value;
            await using (content)
            {
                Assert.Equal("invoices-setagaya-2026.zip", name);
                await content.CopyToAsync(bundle, Cancellation);
            }
            return id;
        });

        Assert.Empty(await BundleManifest.VerifyAsync(Rewound(bundle), Cancellation));
        using (var zip = new ZipArchive(Rewound(bundle), ZipArchiveMode.Read, leaveOpen: true))
        {
            Assert.Equal(
                ["documents/SG-2026-00001.pdf", "documents/SG-2026-00001.xml", "history.csv", "index.csv", "manifest.json"], zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal));
        }
        using (var zip = new ZipArchive(Rewound(bundle), ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.GetEntry("documents/SG-2026-00001.xml")!;
            using var content = new StreamReader(entry.Open());
            var text = content.ReadToEnd().Replace("18000", "81000", StringComparison.Ordinal);
            content.Dispose();
            entry.Delete();
            using var altered = new StreamWriter(zip.CreateEntry("documents/SG-2026-00001.xml").Open());
            altered.Write(text);
            zip.GetEntry("history.csv")!.Delete();
            zip.CreateEntry("documents/SG-2026-00002.pdf");
        }
        Assert.Equal(
            ["documents/SG-2026-00001.xml was altered", "documents/SG-2026-00002.pdf was added", "history.csv is missing"],
            (await BundleManifest.VerifyAsync(Rewound(bundle), Cancellation)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DocumentThatSomebodyAltered_IsNotGivenOut_AndSpoilsTheBundle()
    {
        var id = await IssuedAsync();
        await StoredAsync(id);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => portal.Database.ExecuteAsync(
            "UPDATE billing.invoice_document SET content = content || '\\x20'::bytea WHERE format = 'Xml'"));
        await portal.Database.ExecuteAsync("ALTER TABLE billing.invoice_document DROP CONSTRAINT invoice_document_check");
        await portal.Database.ExecuteAsync("UPDATE billing.invoice_document SET content = content || '\\x20'::bytea WHERE format = 'Xml'");

        Assert.Equal(HttpStatusCode.InternalServerError, (await Night.Secretariat.GetAsync($"/api/v1/invoices/{id}/xml")).Status);
        await Assert.ThrowsAsync<TamperedException>(() => Invoices.ActAsync<Guid>(async services =>
        {
            await services.GetRequiredService<YearBundle>().WriteAsync(2026, Cancellation);
            return id;
        }));
    }

    [Theory]
    [InlineData(AccountingFormat.Yayoi, 25)]
    [InlineData(AccountingFormat.Freee, 21)]
    [InlineData(AccountingFormat.MoneyForward, 27)]
    public async Task Export_HasTheColumnsOfItsPackage_AndTheSalesOfEveryInvoice(AccountingFormat format, int columns)
    {
        await IssuedAsync();
        byte[] file = [];
        await Invoices.ActAsync<Guid>(async services =>
        {
            file = (await services.GetRequiredService<ExportInvoices>().WriteAsync(format, new InvoiceSearch("2026-11", null, null, null, null, null, null, null, null), Cancellation))!.Value.Content;
            return Guid.Empty;
        });
        var encoding = format == AccountingFormat.Yayoi ? CodePagesEncodingProvider.Instance.GetEncoding(932)! : Encoding.UTF8;
        var lines = encoding.GetString(file).Trim('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.All(lines.Where(line => !line.Contains('"', StringComparison.Ordinal)), line => Assert.Equal(columns, line.Split(',').Length));
        Assert.Contains("67100", lines[^1], StringComparison.Ordinal);
        Assert.Contains("SG-2026-00001", lines[^1], StringComparison.Ordinal);
    }

    private async Task<Guid> IssuedAsync(int lines = 3, bool digital = true)
    {
        if (digital)
        {
            await TakeDigitalAsync();
        }
        await Invoices.WriteLinesAsync(1, lines);
        return await Invoices.InvoiceOfAsync(await Invoices.RunAsync(), Night.ClinicId(1));
    }

    private Task TakeDigitalAsync() => Invoices.ActAsync(services =>
        services.GetRequiredService<DebitAccountsHandler>().TakeDigitalAsync(Night.ClinicId(1), "0188:7010001008844", null, Cancellation));

    private Task StoredAsync(Guid id) => WorkAsync($"billing.store-documents:{id}");

    private async Task WorkAsync(string key)
    {
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        while (!await portal.Database.ReadAsync<bool>("SELECT done_at IS NOT NULL FROM app.work_item WHERE dedupe_key = $1", key))
        {
            Assert.Equal("", await portal.Database.ReadAsync<string>("SELECT coalesce(last_error, '') FROM app.work_item WHERE dedupe_key = $1", key));
            await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(Cancellation);
        }
    }

    private async Task<byte[]> FileAsync(ApiClient client, Guid id, string format) => await client.BytesAsync($"/api/v1/invoices/{id}/{format}");

    private static MemoryStream Rewound(MemoryStream stream)
    {
        stream.Position = 0;
        return stream;
    }
}
