using ClinicPortal.Modules.Billing.CorrectInvoice;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ExportInvoices;
using ClinicPortal.Modules.Billing.KeepArchive;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.ListInvoices;

internal static class InvoiceEndpoints
{
    public static void MapInvoicePages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/invoices").RequireRoles(InvoiceReader.Readers);
        pages.MapGet("", (HttpRequest request, ListInvoices list, PageRenderer render, CancellationToken ct) =>
            PageAsync(InvoiceQuery.Of(request.Query), FormState.Empty, list, render, ct));
        pages.MapGet("/{id:guid}", (Guid id, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken ct) => ShowAsync(id, FormState.Empty, show, render, ct));
        pages.MapGet("/{id:guid}/print", async (Guid id, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken ct) =>
            await show.SheetAsync(id, ct) is { } model ? render.Page<InvoiceSheetPage>(new { Model = model }) : Results.NotFound());
        pages.MapGet("/{id:guid}/pdf", (Guid id, ShowInvoice.ShowInvoice show, Problems problems, CancellationToken ct) =>
            InvoiceApi.FileAsync(id, InvoiceFormat.Pdf, show, problems, ct));
        pages.MapGet("/{id:guid}/xml", (Guid id, ShowInvoice.ShowInvoice show, Problems problems, CancellationToken ct) =>
            InvoiceApi.FileAsync(id, InvoiceFormat.Xml, show, problems, ct));
        MapOffice(app.MapGroup("/invoices").RequireRoles(Roles.Secretariat));
    }

    internal static Task<IResult> RefusedAsync(FormState form, ListInvoices list, PageRenderer render, CancellationToken cancellationToken) =>
        PageAsync(InvoiceQuery.Everything, form, list, render, cancellationToken);

    private static void MapOffice(RouteGroupBuilder office)
    {
        office.MapPost("/{id:guid}/void", (Guid id, FormPost post, VoidInvoice make, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken ct) => post.RunAsync(
            form => make.HandleAsync(id, form.Text("reason"), ct), _ => $"/invoices/{id}", state => ShowAsync(id, state, show, render, ct), ct));
        office.MapPost("/{id:guid}/digital", (Guid id, FormPost post, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken ct) => post.RunAsync(
            _ => show.MakeDigitalAsync(id, ct), _ => $"/invoices/{id}", state => ShowAsync(id, state, show, render, ct), ct));
        foreach (var (path, kind) in (ReadOnlySpan<(string, InvoiceKind)>)[("correct", InvoiceKind.CorrectedInvoice), ("return", InvoiceKind.ReturnInvoice)])
        {
            office.MapGet($"/{{id:guid}}/{path}", (Guid id, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken ct) =>
                CorrectAsync(id, kind, FormState.Empty, show, render, ct));
            office.MapPost($"/{{id:guid}}/{path}", (Guid id, FormPost post, CorrectInvoice.CorrectInvoice make, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken ct) =>
                post.RunAsync(
                    form => make.HandleAsync(CorrectionForm.Read(id, kind, form), ct), made => $"/invoices/{made}",
                    state => CorrectAsync(id, kind, state, show, render, ct), ct));
        }
        office.MapGet("/export", async (HttpRequest request, ExportInvoices.ExportInvoices export, CancellationToken ct) =>
            await export.WriteAsync(InvoiceQuery.Choice<AccountingFormat>(request.Query, "format") ?? AccountingFormat.Yayoi, InvoiceQuery.Of(request.Query), ct)
                is var (name, type, content) ? Results.File(content, type, name) : Results.NotFound());
        office.MapGet("/archive", async (int? year, YearBundle bundle, CancellationToken ct) =>
            await bundle.WriteAsync(year, ct) is var (name, content) ? Results.File(content, "application/zip", name) : Results.NotFound());
    }

    private static async Task<IResult> PageAsync(InvoiceSearch search, FormState form, ListInvoices list, PageRenderer render, CancellationToken cancellationToken)
    {
        var found = await list.HandleAsync(search, cancellationToken);
        return found.Succeeded
            ? render.Page<InvoicesPage>(new { Search = search, Model = found.Value, Runs = await list.RunsAsync(cancellationToken), Form = form }) : Results.NotFound();
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState form, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken cancellationToken) =>
        await show.PageAsync(id, form, cancellationToken) is { } model ? render.Page<InvoicePage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> CorrectAsync(
        Guid id, InvoiceKind kind, FormState form, ShowInvoice.ShowInvoice show, PageRenderer render, CancellationToken cancellationToken) =>
        await show.PageAsync(id, form, cancellationToken) is { Sheet.Invoice: { Stands: true, Kind: not InvoiceKind.ReturnInvoice } } model
            ? render.Page<CorrectionPage>(new { Model = model, Kind = kind }) : Results.NotFound();
}
