using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Billing.ListInvoices;

internal static class InvoiceApi
{
    private const string Pdf = "application/pdf";
    private const string Xml = "application/xml";

    public static void MapInvoiceApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapApiV1();
        api.MapGet("/invoices", async (
                string? month, DateOnly? from, DateOnly? until, long? least, long? most, string? query, string? state, string? kind, int? page, ListInvoices list,
                Problems problems, CancellationToken ct) =>
                (Unknown<InvoiceState>("state", state) ?? Unknown<InvoiceKind>("kind", kind)) is { } unknown ? problems.ToResult(unknown)
                    : problems.Answer(await list.HandleAsync(
                        new InvoiceSearch(month, from, until, least, most, query, Known<InvoiceState>(state), Known<InvoiceKind>(kind), page), ct)))
            .RequireRoles(InvoiceReader.Readers).WithName("ListInvoices").WithTags("Invoices")
            .WithSummary("Invoices by date, amount, counterparty and state: the secretariat sees all, a clinic its own once they are issued")
            .Produces<InvoiceList>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/invoices/{id:guid}", async (Guid id, ShowInvoice.ShowInvoice show, Problems problems, CancellationToken ct) =>
                problems.Answer(await show.DetailsAsync(id, ct)))
            .RequireRoles(InvoiceReader.Readers).WithName("OpenInvoice").WithTags("Invoices").WithSummary("An invoice with its lines, tax per rate and files")
            .Produces<InvoiceDetails>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/invoices/{id:guid}/pdf", (Guid id, ShowInvoice.ShowInvoice show, Problems problems, CancellationToken ct) =>
                FileAsync(id, InvoiceFormat.Pdf, show, problems, ct))
            .RequireRoles(InvoiceReader.Readers).WithName("DownloadInvoicePdf").WithTags("Invoices").WithSummary("The PDF that went out, byte for byte")
            .Produces(StatusCodes.Status200OK, contentType: Pdf).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/invoices/{id:guid}/xml", (Guid id, ShowInvoice.ShowInvoice show, Problems problems, CancellationToken ct) =>
                FileAsync(id, InvoiceFormat.Xml, show, problems, ct))
            .RequireRoles(InvoiceReader.Readers).WithName("DownloadInvoiceXml").WithTags("Invoices").WithSummary("The JP PINT (UBL 2.1) document, byte for byte")
            .Produces(StatusCodes.Status200OK, contentType: Xml).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>As answers write it: in-review, corrected-invoice.</summary>
    private static T? Known<T>(string? name) where T : struct, Enum =>
        Enum.TryParse<T>(name?.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private static Error? Unknown<T>(string field, string? name) where T : struct, Enum =>
        name is not null && Known<T>(name) is null ? Error.OnField(field, "invoice.not-a-choice") : null;

    internal static async Task<IResult> FileAsync(Guid id, InvoiceFormat format, ShowInvoice.ShowInvoice show, Problems problems, CancellationToken cancellationToken) =>
        await show.FileAsync(id, format, cancellationToken) is var (name, content)
            ? Results.File(content, format == InvoiceFormat.Pdf ? Pdf : Xml, name) : problems.ToResult(Error.NotFound("invoice.not-found"));
}
