using System.Globalization;
using System.Text;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.SettlePayments;

internal static class PaymentEndpoints
{
    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        var payments = app.MapGroup("/payments").RequireRoles(Roles.Secretariat);
        payments.MapGet("", (string? month, ShowPayments show, PageRenderer pages, CancellationToken ct) => ListAsync(month, FormState.Empty, show, pages, ct));
        payments.MapPost("/import", (FormPost post, ImportTransfersHandler import, ShowPayments show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => import.HandleAsync(form.File("file"), ct), _ => "/payments", state => ListAsync(null, state, show, pages, ct), ct))
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(2 * ImportTransfersHandler.MostBytes));
        payments.MapGet("/{id:guid}", (Guid id, Guid? clinic, ShowPayments show, PageRenderer pages, CancellationToken ct) => OneAsync(id, clinic, FormState.Empty, show, pages, ct));
        payments.MapPost("/{id:guid}/settle", (Guid id, FormPost post, SettlePayment settle, ShowPayments show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.HandleAsync(id, new SettleInput(
                form.Value<Guid>("clinic"), [.. form.All("invoices").Select(i => Guid.TryParse(i, out var read) ? read : Guid.Empty)], form.Checked("fee")), ct),
            _ => $"/payments/{id}", state => OneAsync(id, Guid.TryParse(state.Value("clinic"), out var chosen) ? chosen : null, state, show, pages, ct), ct));
        payments.MapPost("/{id:guid}/refund", (Guid id, FormPost post, SettlePayment settle, ShowPayments show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.RefundAsync(id, Yen(form, "amount"), form.Text("reason"), ct), _ => $"/payments/{id}", state => OneAsync(id, null, state, show, pages, ct), ct));
        payments.MapPost("/{id:guid}/take-back", (Guid id, FormPost post, SettlePayment settle, ShowPayments show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.TakeBackAsync(id, form.Value<Guid>("allocation"), ct), _ => $"/payments/{id}", state => OneAsync(id, null, state, show, pages, ct), ct));
    }

    /// <summary>Whole yen, in full or half width, with or without thousands.</summary>
    internal static long? Yen(FormPost form, string field) =>
        long.TryParse(form.Text(field)?.Normalize(NormalizationForm.FormKC).Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var yen) ? yen : null;

    private static async Task<IResult> ListAsync(string? month, FormState state, ShowPayments show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<PaymentsPage>(new { Model = await show.ListAsync(month, state, cancellationToken) });

    private static async Task<IResult> OneAsync(Guid id, Guid? clinic, FormState state, ShowPayments show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.OneAsync(id, clinic, state, cancellationToken) is { } model ? pages.Page<PaymentDetailsPage>(new { Model = model }) : Results.NotFound();
}
