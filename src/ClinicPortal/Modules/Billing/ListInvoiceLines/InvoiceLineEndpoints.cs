using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.ListInvoiceLines;

internal static class InvoiceLineEndpoints
{
    private static readonly string[] Readers = [Roles.Secretariat, Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapInvoiceLines(this IEndpointRouteBuilder app)
    {
        app.MapApiV1().MapGet("/invoice-lines",
            async (string? month, ListInvoiceLinesHandler list, Problems problems, CancellationToken cancellationToken) =>
            {
                var lines = await list.HandleAsync(month, cancellationToken);
                return lines.Succeeded ? Results.Ok(lines.Value) : problems.ToResult(lines.Errors);
            })
            .RequireRoles(Readers)
            .WithName("ListInvoiceLines").WithTags("Invoice lines")
            .WithSummary("The lines of a month's invoices (2026-11): the secretariat sees all clinics, a clinic its own")
            .Produces<InvoiceLineList>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        app.MapGet("/invoice-lines", async (string? month, ListInvoiceLinesHandler list, PageRenderer pages, CancellationToken cancellationToken) =>
            {
                var lines = await list.HandleAsync(month, cancellationToken);
                return lines.Succeeded ? pages.Page<InvoiceLinesPage>(new { Model = lines.Value }) : Results.NotFound();
            })
            .RequireRoles(Readers);
    }
}
