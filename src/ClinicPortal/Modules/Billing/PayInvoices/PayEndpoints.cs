using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.PayInvoices;

internal static class PayEndpoints
{
    private static readonly string[] Clinic = [Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapPay(this IEndpointRouteBuilder app)
    {
        var pay = app.MapGroup("/pay").RequireRoles(Clinic);
        pay.MapGet("", (ShowPay show, PageRenderer pages, CancellationToken ct) => PageAsync(FormState.Empty, false, show, pages, ct));
        pay.MapPost("", (FormPost post, PayInvoicesHandler handler, ShowPay show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.HandleAsync([.. form.All("invoices").Select(id => Guid.TryParse(id, out var read) ? read : Guid.Empty)], form.Choice<PayBy>("by"), ct),
            id => $"/pay/{id}", state => PageAsync(state, false, show, pages, ct), ct));
        pay.MapGet("/card", (ShowPay show, PageRenderer pages, CancellationToken ct) => PageAsync(FormState.Empty, true, show, pages, ct));
        pay.MapPost("/card", (FormPost post, PayInvoicesHandler handler, ShowPay show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => handler.RegisterCardAsync(ct), _ => "/pay/card", state => PageAsync(state, false, show, pages, ct), ct));
        pay.MapPost("/card/arrange", (FormPost post, PayInvoicesHandler handler, ShowPay show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.ArrangeCardAsync(form.Checked("forget"), form.Checked("automatically"), ct), _ => "/pay", state => PageAsync(state, false, show, pages, ct), ct));
        pay.MapGet("/{id:guid}", (Guid id, ShowPay show, PageRenderer pages, CancellationToken ct) => OneAsync(id, FormState.Empty, show, pages, ct));
        pay.MapGet("/{id:guid}/live", async (Guid id, ShowPay show, PageRenderer pages, CancellationToken ct) =>
            await show.OneAsync(id, FormState.Empty, ct) is { } model ? pages.Fragment<PayingState>(new { Model = model }) : Results.NotFound());
        pay.MapPost("/{id:guid}/cancel", (Guid id, FormPost post, PayInvoicesHandler handler, ShowPay show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => handler.CancelAsync(id, ct), _ => $"/pay/{id}", state => OneAsync(id, state, show, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(FormState state, bool isBack, ShowPay show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(state, isBack, cancellationToken) is { } model ? pages.Page<PayPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> OneAsync(Guid id, FormState state, ShowPay show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.OneAsync(id, state, cancellationToken) is { } model ? pages.Page<PayingPage>(new { Model = model }) : Results.NotFound();
}
