using System.Globalization;
using ClinicPortal.Modules.Billing.ApprovePay;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.ShowPaySheets;

internal static class PaySheetEndpoints
{
    public static void MapPaySheets(this IEndpointRouteBuilder app)
    {
        var sheets = app.MapGroup("/pay-sheets").RequireRoles(Roles.Secretariat);
        sheets.MapGet("", (string? month, ShowPaySheets show, PageRenderer pages, CancellationToken ct) => ListAsync(month, FormState.Empty, show, pages, ct));
        sheets.MapGet("/live", async (string? month, ShowPaySheets show, PageRenderer pages, CancellationToken ct) =>
            pages.Fragment<PaySheetsPart>(new { Model = await show.ListAsync(month, FormState.Empty, refresh: true, ct) }));
        sheets.MapGet("/sheets.csv", async (string? month, ExportPaySheets export, CancellationToken ct) =>
            Results.File(await export.SheetsAsync(month, ct), CsvText.ContentType, "pay.csv"));
        sheets.MapGet("/lines.csv", async (string? month, ExportPaySheets export, CancellationToken ct) =>
            Results.File(await export.LinesAsync(month, ct), CsvText.ContentType, "pay-lines.csv"));
        sheets.MapPost("/compute", (FormPost post, RunPay run, ShowPaySheets show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => run.HandleAsync(form.Text("month"), ct), At, state => ListAsync(state.Value("month"), state, show, pages, ct), ct));
        sheets.MapPost("/approve", (FormPost post, ApprovePay.ApprovePay approve, ShowPaySheets show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => approve.AllAsync(form.Text("month"), ct), At, state => ListAsync(state.Value("month"), state, show, pages, ct), ct));
        sheets.MapGet("/{id:guid}", (Guid id, ShowPaySheets show, PageRenderer pages, CancellationToken ct) => OneAsync(id, FormState.Empty, show, pages, ct));
        sheets.MapGet("/{id:guid}/print", async (Guid id, ShowPaySheets show, PageRenderer pages, CancellationToken ct) =>
            await show.OneAsync(id, own: false, "print", FormState.Empty, ct) is { } model ? pages.Page<PaySheetPrint>(new { Model = model }) : Results.NotFound());
        sheets.MapPost("/{id:guid}/adjust", (Guid id, FormPost post, AdjustPay adjust, ShowPaySheets show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => adjust.HandleAsync(id, new AdjustPayInput(form.Text("kind") == "deduction", Amount(form.Text("amount")), form.Text("reason")), ct),
            _ => $"/pay-sheets/{id}", state => OneAsync(id, state, show, pages, ct), ct));
        sheets.MapPost("/{id:guid}/approve", (Guid id, FormPost post, ApprovePay.ApprovePay approve, ShowPaySheets show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => approve.OneAsync(id, form.Value<uint>("version"), ct), _ => $"/pay-sheets/{id}", state => OneAsync(id, state, show, pages, ct), ct));
    }

    private static string At(DateOnly month) => string.Create(CultureInfo.InvariantCulture, $"/pay-sheets?month={month:yyyy-MM}");

    /// <summary>As people write sums: with separated thousands, and with any minus.</summary>
    private static long? Amount(string? text) => long.TryParse(
        text?.Replace(",", "", StringComparison.Ordinal).Replace('−', '-').Replace('－', '-').Replace("¥", "", StringComparison.Ordinal),
        NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var yen) ? yen : null;

    private static async Task<IResult> ListAsync(string? month, FormState state, ShowPaySheets show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<PaySheetsPage>(new { Model = await show.ListAsync(month, state, refresh: false, cancellationToken) });

    private static async Task<IResult> OneAsync(Guid id, FormState state, ShowPaySheets show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.OneAsync(id, own: false, null, state, cancellationToken) is { } model ? pages.Page<PaySheetPage>(new { Model = model }) : Results.NotFound();
}
